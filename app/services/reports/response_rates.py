"""Read the response rates of the strata from the facts of a published report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.report.nonresponse import RATE_OF_STRATUM


def find_rates(facts: Mapping[str, Any]) -> dict[str, float]:
    """Return the rate of each stratum in percent, without those that are withheld; none where one alone is left.

    Examples
    --------
    >>> find_rates({"response_rate.north": {"percent": 25}, "response_rate.south": {"percent": 31}})
    {'north': 25, 'south': 31}
    """
    rates = {
        name.removeprefix(RATE_OF_STRATUM): rate["percent"]
        for name, rate in facts.items()
        if name.startswith(RATE_OF_STRATUM) and rate["percent"] is not None
    }
    return rates if len(rates) > 1 else {}
