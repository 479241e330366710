"""Match records with a file of another tier by their answers, as an intruder would."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.microdata.classes import fingerprint
from analysis.disclosure.microdata.draft import DraftMicrodata

Codes = NDArray[np.int16]
Columns = Mapping[str, NDArray[Any]]

NOT_THERE = -1


def known_from_beside(draft: DraftMicrodata, document: Mapping[str, Any], columns: Columns) -> dict[str, Codes]:
    """Return key variable of the other file -> (n,) its codes for each record of the draft; -1 where it has none."""
    items = [v["name"] for v in document["variables"] if v["kind"] == "item" and v["name"] in draft.columns]
    wanted, there = (fingerprint([found[name] for name in items]) for found in (draft.columns, columns))
    place = _matched(wanted, there)
    keys = [variable["name"] for variable in document["variables"] if variable["kind"] == "key"]
    return {name: np.append(columns[name], NOT_THERE).astype(np.int16)[place] for name in keys}


def _matched(wanted: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return (n,) a place of each wanted number, each place once; -1 where no place is left."""
    order, mine = np.argsort(there, kind="stable"), np.argsort(wanted, kind="stable")
    found = wanted[mine]
    first = np.searchsorted(there[order], found)
    last = np.searchsorted(there[order], found, side="right")
    spot = first + np.arange(len(found)) - np.searchsorted(found, found)
    place = np.full(len(wanted), -1, np.int64)
    place[mine] = np.where(spot < last, np.append(order, -1)[np.minimum(spot, len(order))], -1)
    return place
