"""The endpoints: names and arguments are a contract. Each area of it is a module; `calls.py` puts them on the page."""

from workbench.api.calls import Endpoints, register

__all__ = ["Endpoints", "register"]
