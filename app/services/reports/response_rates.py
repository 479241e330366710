"""Read the response rates of the strata from the facts of a published report."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from analysis.report.nonresponse import RATE_OF_STRATUM
from analysis.report.nonresponse import RATE_WITHHELD as RATE_WITHHELD
from app.services.waves.crowds import OTHER

# In reports of an earlier version these count only the answers that kept their source.
OF_LETTERS = ("response_rate", "response_code", "r_indicator", "r_indicator.low", "r_indicator.high")

# Sources between which answers of letters may be divided.
DIVIDED = frozenset({"address-sample", OTHER})


def may_divide_letters(sources: Collection[str]) -> bool:
    """Return whether a report of these sources may count answers of letters in two of them.

    >>> may_divide_letters(["address-sample", "open-link"]), may_divide_letters(["address-sample", "other"])
    (False, True)
    """
    return {*sources} >= DIVIDED


def withhold_rates(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts without response rates, where some answers of letters are counted in another source.

    Examples
    --------
    >>> withhold_rates({"respondents": 25, "response_rate": {"percent": 20}, "response_rate.north": {"percent": 20}})
    {'respondents': 25, 'response_rate_withheld': 'yes'}
    """
    kept = {n: fact for n, fact in facts.items() if n not in OF_LETTERS and not n.startswith(RATE_OF_STRATUM)}
    return {**kept, RATE_WITHHELD: "yes"}


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
