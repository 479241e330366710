"""Name the version of the installed package; `pyproject.toml` holds it."""

from importlib.metadata import version

VERSION = version("commontrust")
