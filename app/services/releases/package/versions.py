"""Choose the version of a data set: MAJOR for changed values, MINOR for new variables, PATCH for new descriptions."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np

from app.services.releases.package.study import DataSet

FIRST = "1.0.0"
WHY: Mapping[str, str] = {
    "first": "First release.",
    "major": "Values changed.",
    "minor": "Variables were added; all others are as before.",
    "patch": "Descriptions changed; the data are as before.",
}


def digest_variables(data: DataSet) -> dict[str, str]:
    """Return a digest of each variable that does not depend on the order of the records."""
    return {
        each.name: hashlib.sha256(np.sort(data.columns[each.name]).tobytes()).hexdigest()[:16]
        for each in data.variables
        if each.kind != "id"
    }


def choose_version(last: str | None, before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, str]:
    """Return the version after `last`, and the kind of step.

    >>> choose_version(None, {}, {"a": "1"}), choose_version("1.0.0", {"a": "1"}, {"a": "1", "b": "2"})
    (('1.0.0', 'first'), ('1.1.0', 'minor'))
    """
    if last is None:
        return FIRST, "first"
    major, minor, patch = map(int, last.split("."))
    if before == now:
        return f"{major}.{minor}.{patch + 1}", "patch"
    if before.items() <= now.items():
        return f"{major}.{minor + 1}.0", "minor"
    return f"{major + 1}.0.0", "major"
