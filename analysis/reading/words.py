"""The words for missing in columns of typed files: take them out, and count them for a note."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.frames import Factor

Values = NDArray[Any] | Factor
SHOWN = 6  # words that a note names


def without_words(columns: Mapping[str, Values], missing: frozenset[str]) -> tuple[dict[str, Values], str]:
    """Return the columns with the words as missing values, and a note on the words that were there.

    Examples
    --------
    >>> without_words({"g": np.array(["a", "NA"], object)}, frozenset(["NA"]))[1]
    "read as missing: 'NA' in g (1) (state missing_words under data to change that)"
    """
    found = {name: _without(values, missing) for name, values in columns.items()}
    return {name: values for name, (values, _) in found.items()}, missing_note(
        (name, words) for name, (_, words) in found.items()
    )


def missing_note(found: Iterable[tuple[str, Mapping[str, int]]]) -> str:
    """Return a note on the words for missing of each column and their counts; empty where there are none."""
    named = [f"'{word}' in {name} ({count})" for name, words in found for word, count in words.items()]
    rest = len(named) - SHOWN
    more = f" and {rest} more" if rest > 0 else ""
    hint = "(state missing_words under data to change that)"
    return f"read as missing: {', '.join(named[:SHOWN])}{more} {hint}" if named else ""


def _without(values: Values, missing: frozenset[str]) -> tuple[Values, Mapping[str, int]]:
    if isinstance(values, Factor):
        return _levels_without(values, missing)
    if values.dtype != object:
        return values, {}
    words = Counter(x for x in values if isinstance(x, str) and x in missing)
    if not words:
        return values, {}
    known = np.empty(len(values), object)
    known[:] = [None if isinstance(x, str) and x in missing else x for x in values]
    return known, words


def _levels_without(factor: Factor, missing: frozenset[str]) -> tuple[Factor, Mapping[str, int]]:
    counts = np.bincount(factor.codes + 1, minlength=len(factor.levels) + 1)[1:]
    absent = np.array([isinstance(level, str) and level in missing for level in factor.levels], np.bool_)
    if not absent.any():
        return factor, {}
    words = {level: int(n) for level, n, gone in zip(factor.levels, counts, absent, strict=True) if gone and n}
    return factor.without(absent), words
