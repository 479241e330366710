"""Declare how a survey round was done: the statements of a method box that no program can compute.

A source is a probability sample only where the list and the way of drawing from it are declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
OF_A_RANDOM_SAMPLE = ("list", "selection")


def find_protocol_problems(protocol: Mapping[Any, Any]) -> list[str]:
    """Return one sentence for each statement that is unknown, empty or too long, or that lacks its other half."""
    expected = ", ".join(FIELDS)
    problems = [f"protocol: {name!r} is unknown, expected one of {expected}" for name in protocol if name not in FIELDS]
    for name, text in protocol.items():
        if name in FIELDS and (not isinstance(text, str) or not 0 < len(text.strip()) <= LONGEST):
            problems.append(f"protocol: {name}: expected {FIELDS[name]} in 1 to {LONGEST} characters, found {text!r}")
    given = [name for name in OF_A_RANDOM_SAMPLE if name in protocol]
    if len(given) == 1:
        missing = next(name for name in OF_A_RANDOM_SAMPLE if name not in protocol)
        problems.append(f"protocol: expected {missing} beside {given[0]} ({FIELDS[missing]}), found none")
    return problems


def is_random(protocol: Mapping[str, str]) -> bool:
    """Return whether the protocol declares a probability sample.

    >>> is_random({"sponsor": "River City"}), is_random({"list": "Post office, May 2026", "selection": "By lot"})
    (False, True)
    """
    return all(protocol.get(name) for name in OF_A_RANDOM_SAMPLE)
