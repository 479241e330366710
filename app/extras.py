"""Name the optional parts of the installation, and find out which of them are missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from app.errors import NotInstalled


@dataclass(frozen=True)
class Extra:
    """A package that one part of the service needs."""

    package: str
    purpose: str
    module: str = ""  # the name to import, where it is not that of the package


# The names of `[project.optional-dependencies]` in pyproject.toml that the service itself uses.
EXTRAS: Mapping[str, Extra] = {
    "pdf": Extra("typst", "PDF files of reports and scorecards"),
    "slides": Extra("python-pptx", "slides of reports", "pptx"),
    "postgres": Extra("psycopg", "PostgreSQL databases"),
}


def is_installed(name: str) -> bool:
    return find_spec(EXTRAS[name].module or EXTRAS[name].package) is not None


def require(name: str) -> None:
    """Raise `NotInstalled` where the extra is missing."""
    if not is_installed(name):
        raise NotInstalled(EXTRAS[name].purpose, EXTRAS[name].package, f"commontrust[{name}]")


def describe_missing() -> list[str]:
    """One sentence for each missing extra."""
    return [
        f"Expected the package {extra.package} for {extra.purpose}, found none: install commontrust[{name}]."
        for name, extra in EXTRAS.items()
        if not is_installed(name)
    ]
