"""Read the words that a language shares with English, so that their translation may repeat the English."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

FILE = Path(__file__).with_name("cognates.csv")


def read_cognates(path: Path = FILE) -> Mapping[str, frozenset[str]]:
    """Return the permitted words of each language.

    Examples
    --------
    >>> "Question" in read_cognates()["fr"]
    True
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        language: frozenset(row["message"] for row in rows if row["language"] == language)
        for language in {row["language"] for row in rows}
    }


COGNATES = read_cognates()
