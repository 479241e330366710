"""Let `python -m analysis` run the installed package although a file `analysis.py` lies in the current folder.

Python puts the current folder before the installed packages for every `-m`. A wheel therefore brings the file
`commontrust.pth`, which imports this module when, and only when, a process starts as `python -m analysis`. All other
processes import an `analysis.py` of their own as usual.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

NAME = "analysis"
INSTALLED = str(Path(__file__).resolve().parents[1])


class InstalledFirst:
    """Find the package `analysis` beside this one and leave every other name to the finders that follow."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        return PathFinder.find_spec(name, [INSTALLED]) if name == NAME else None


sys.meta_path.insert(0, InstalledFirst)
