"""Count the answers in a file, by the groups and terms of reports."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.catalogue import domain_id
from analysis.disclosure.microdata.codes import DONT_KNOW, SUPPRESSED
from analysis.disclosure.microdata.variables import AGENCY, SOURCE

Columns = Mapping[str, NDArray[Any]]
Range = tuple[float, float]

# Trust from 0 to 10 in the bands of reports.
BANDS: Mapping[str, tuple[int, ...]] = {
    "low": (0, 1, 2, 3, 4),
    "neutral": (5,),
    "high": (6, 7, 8, 9, 10),
    "dont_know": (DONT_KNOW,),
}
LARGEST = tuple(range(11))


def answers_in_file(document: Mapping[str, Any], columns: Columns) -> dict[tuple[str, str], Range]:
    """Return (group, term) -> the range of the number of people, for each source, and each agency within it.

    Any record that is not in the file, and any blank answer, may have any value.
    """
    named = {variable["name"]: variable for variable in document["variables"]}
    items = [v for v in document["variables"] if v["kind"] == "item" and v["name"] != AGENCY]
    found: dict[tuple[str, str], Range] = {}
    for group, inside, missing in _groups(document, named, columns):
        for item in items:
            column = columns[item["name"]][inside]
            more = missing + int((column == SUPPRESSED).sum())
            for term, codes in _terms(item["name"], item["codes"]):
                stated = int(np.isin(column, codes).sum())
                found[group, term] = (float(stated), float(stated + more))
    return found


def _groups(
    document: Mapping[str, Any], named: Mapping[str, Any], columns: Columns
) -> Iterator[tuple[str, NDArray[np.bool_], int]]:
    sources = named[SOURCE]["labels"] if SOURCE in named else {}
    agencies = named[AGENCY]["labels"] if AGENCY in named else {}
    for code, source in sources.items():
        inside = columns[SOURCE] == int(code)
        missing = document["left_out"]["held_back_at_most"].get(source)
        if missing is None:
            continue
        yield domain_id([(SOURCE, source)]), inside, missing
        for number, agency in agencies.items():
            yield domain_id([(SOURCE, source), (AGENCY, agency)]), inside & (columns[AGENCY] == int(number)), missing


def _terms(name: str, codes: Sequence[int]) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield the terms that reports have for the answers to an item, with their codes."""
    if tuple(codes) == (0, 1):
        yield name, (1,)
    if tuple(codes) == LARGEST:
        yield from ((f"{name}:band={band}", found) for band, found in BANDS.items())
    yield from ((f"{name}:answer={code}", (code,)) for code in codes)


def item_of(term: str) -> str:
    """Return the item of a report's term.

    Examples
    --------
    >>> item_of("C1:answer=2"), item_of("D5_3")
    ('C1', 'D5_3')
    """
    return term.split("=", 1)[0].split(":", 1)[0]
