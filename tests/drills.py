"""Choose the size of a long test: a sample in `make test`, all of it in `make drills`."""

from __future__ import annotations

import os
from typing import TypeVar

Size = TypeVar("Size")
IN_FULL = os.environ.get("DRILL") == "1"
FIRST_SEED = int(os.environ.get("FIRST_SEED", "0"))  # a drill on other random examples begins with another


def choose(sample: Size, full: Size) -> Size:
    """Return the sample; in `make drills` the full size.

    Examples
    --------
    >>> choose(12, 50) in (12, 50)
    True
    """
    return full if IN_FULL else sample
