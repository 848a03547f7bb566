"""Loreloom's application package; the arrows between its parts are kept by tests/test_imports.py."""
