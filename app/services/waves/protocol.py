"""Declare how a survey round was done: the statements of a method box that no program can compute.

A source is a probability sample only where the list and the way of drawing from it are declared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from app.errors import show_briefly

LONGEST = 500

FIELDS: Mapping[str, str] = {
    "sponsor": "the organization that pays for the survey",
    "conductor": "the organization that conducts the survey",
    "list": "the list of addresses, with its owner and its day",
    "coverage": "the homes and people that the list misses",
    "selection": "how addresses were drawn from the list at random",
    "household": "how one adult of a home was chosen, where it is not the one with the next birthday",
    "contacts": "the letters and reminders, with their days",
    "incentives": "what people got for taking part, or that they got nothing",
}
# For the first page of residents; no statement of the method box.
LAST_DAY, RESULTS_DAY, MINUTES = "last_day", "results_day", "minutes"
ON_THE_FIRST_PAGE: Mapping[str, tuple[str, Callable[[str], object]]] = {
    LAST_DAY: ("the last day to answer, such as 2026-12-13", date.fromisoformat),
    RESULTS_DAY: ("the day of the results, such as 2027-02-15", date.fromisoformat),
    MINUTES: ("the minutes that people of a pilot needed, such as 8", lambda text: range(1, 121).index(int(text))),
}
OF_A_RANDOM_SAMPLE = ("list", "selection")


def find_protocol_problems(protocol: Mapping[Any, Any]) -> list[str]:
    """Return one sentence for each statement that is unknown, empty or too long, or that lacks its other half."""
    known = {**FIELDS, **ON_THE_FIRST_PAGE}
    expected = ", ".join(known)
    problems = [
        f"protocol: {show_briefly(name)} is unknown, expected one of {expected}"
        for name in protocol
        if name not in known
    ]
    problems += [
        f"protocol: {name}: expected {form}, found {show_briefly(protocol[name])}"
        for name, (form, read) in ON_THE_FIRST_PAGE.items()
        if name in protocol and not _is_read(read, protocol[name])
    ]
    problems += _find_early_results(protocol)
    for name, text in protocol.items():
        if name in FIELDS and (not isinstance(text, str) or not 0 < len(text.strip()) <= LONGEST):
            problems.append(
                f"protocol: {name}: expected {FIELDS[name]} in 1 to {LONGEST} characters, found {show_briefly(text)}"
            )
    given = [name for name in OF_A_RANDOM_SAMPLE if name in protocol]
    if len(given) == 1:
        missing = next(name for name in OF_A_RANDOM_SAMPLE if name not in protocol)
        problems.append(f"protocol: expected {missing} beside {given[0]} ({FIELDS[missing]}), found none")
    return problems


def _find_early_results(protocol: Mapping[Any, Any]) -> list[str]:
    """Return a sentence where the results are promised for a day before the last one to answer."""
    days = [protocol.get(name) for name in (LAST_DAY, RESULTS_DAY)]
    if not all(day is not None and _is_read(date.fromisoformat, day) for day in days):
        return []
    last, results = (date.fromisoformat(str(day)) for day in days)
    if results >= last:
        return []
    return [f"protocol: {RESULTS_DAY}: expected {last}, the last day to answer, or a later day, found {results}"]


def write_as_text(protocol: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return the protocol with days and numbers of the first page as text: YAML reads them as values of their own.

    >>> write_as_text({"last_day": date(2026, 12, 13), "minutes": 8, "list": 7})
    {'last_day': '2026-12-13', 'minutes': '8', 'list': 7}
    """
    return {
        name: str(value) if name in ON_THE_FIRST_PAGE and isinstance(value, date | int) else value
        for name, value in protocol.items()
    }


def _is_read(read: Callable[[str], object], text: Any) -> bool:
    try:
        read(text)
    except (TypeError, ValueError):
        return False
    return isinstance(text, str)


def is_random(protocol: Mapping[str, str]) -> bool:
    """Return whether the protocol declares a probability sample.

    >>> is_random({"sponsor": "River City"}), is_random({"list": "Post office, May 2026", "selection": "By lot"})
    (False, True)
    """
    return all(protocol.get(name) for name in OF_A_RANDOM_SAMPLE)
