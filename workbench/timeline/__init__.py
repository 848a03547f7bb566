"""Worlds to begin in, and what keeps their events in order."""
