"""Check that the words of a report hold no number that was not protected or declared public."""

import re
from collections.abc import Iterable
from typing import Any

from analysis.disclosure.cells import rounded_value, shown_count
from analysis.disclosure.draft import DraftFact, DraftReport
from analysis.disclosure.rules import Rules
from analysis.errors import AnalysisError

_NUMBER = re.compile(r"\d+(?:[.,  ]\d+)*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(/\d{4}-\d{2}-\d{2})?")

RATE_STEPS = (1.0, 2.0, 5.0, 10.0, 20.0)


class UnprotectedNumber(AnalysisError):
    """Refuse a text that holds a number that no rule has protected."""

    def __init__(self, place: str, number: str) -> None:
        self.place, self.number = place, number
        super().__init__(
            f"expected '{place}' to hold only numbers that are declared as constants, but it holds '{number}'"
        )


class BadFact(AnalysisError):
    """Refuse a statement whose value does not fit its kind."""

    def __init__(self, name: str, kind: str, expected: str, arrived: object) -> None:
        self.name, self.kind, self.arrived = name, kind, arrived
        super().__init__(f"expected {expected} for fact '{name}' of kind '{kind}', but got {arrived!r}")


def numbers_in(text: str) -> tuple[str, ...]:
    """Return the numbers written in a text, in the digits of any script.

    Examples
    --------
    >>> numbers_in("37 people aged 18-29 chose 4.5")
    ('37', '18', '29', '4.5')
    """
    return tuple(_NUMBER.findall(text))


def declared_numbers(draft: DraftReport) -> frozenset[str]:
    """Return all numbers that constants, dates and the catalog of groups declare public."""
    public = [str(fact.value) for fact in _facts(draft) if fact.kind in ("constant", "date")]
    public += [part for domain in draft.catalogue.domains for part in (domain.id, domain.family)]
    public += [name for name, levels in draft.catalogue.variables for name in (name, *levels)]
    return frozenset(number for text in public for number in numbers_in(text))


def check_words(draft: DraftReport) -> None:
    """Raise `UnprotectedNumber` when a title or a text holds a number that is not declared."""
    declared = declared_numbers(draft)
    for place, text in _words(draft):
        for number in numbers_in(text):
            if number not in declared:
                raise UnprotectedNumber(place, number)


def published_value(fact: DraftFact, rules: Rules) -> Any:
    """Return the value that a report shows: counts and rates rounded, None where they are hidden, others unchanged."""
    value = fact.value
    if fact.kind == "count":
        return shown_count(_whole(fact, value), rules)
    if fact.kind == "rate":
        return _rate(fact, rules)
    if fact.kind == "date" and not (isinstance(value, str) and _DATE.fullmatch(value)):
        raise BadFact(fact.name, "date", "a date such as 2026-11-23, or two with a slash", value)
    if fact.kind == "text" and not isinstance(value, str):
        raise BadFact(fact.name, "text", "a text", value)
    if isinstance(value, tuple):
        raise BadFact(fact.name, fact.kind, "one value", value)
    return value


def _rate(fact: DraftFact, rules: Rules) -> Any:
    """Compute a rate from the two rounded counts, so that it discloses nothing more than they do.

    Its step grows where the rounding of the counts could move it by more, so that "about" is true to one step.
    """
    if not isinstance(fact.value, tuple) or len(fact.value) != 2:
        raise BadFact(fact.name, "rate", "a part and a whole", fact.value)
    part, whole = (shown_count(_whole(fact, number), rules) for number in fact.value)
    if part is None or whole is None:
        return {"part": part, "whole": whole, "percent": None}
    return {"part": part, "whole": whole, "percent": rounded_value(100 * part / whole, rate_step(whole, rules))}


def rate_step(whole: int, rules: Rules) -> float:
    """Return the step in percent of a rate of two rounded counts: twice the most that their rounding moves it.

    Examples
    --------
    >>> [rate_step(whole, Rules()) for whole in (4000, 400, 100, 40)]
    [1.0, 5.0, 10.0, 20.0]
    """
    moved = 2 * 100 * rules.rounding_base / whole
    return next((step for step in RATE_STEPS if step >= moved), RATE_STEPS[-1])


def _whole(fact: DraftFact, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadFact(fact.name, fact.kind, "whole numbers of at least 0", value)
    return value


def _facts(draft: DraftReport) -> Iterable[DraftFact]:
    return (fact for section in draft.sections for fact in section.facts)


def _words(draft: DraftReport) -> Iterable[tuple[str, str]]:
    for section in draft.sections:
        yield f"section {section.name}", section.name
        for table in section.tables:
            yield f"title of {table.id}", table.title
        for fact in section.facts:
            if fact.kind == "text":
                yield f"{section.name}.{fact.name}", str(fact.value)
