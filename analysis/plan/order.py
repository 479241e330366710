"""The order of waves: given, dated, or numbered; never alphabetical."""

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from analysis.errors import AnalysisError, listed
from analysis.reading.number_text import parsed_number

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
SEASONS = {"spring": 4, "summer": 7, "autumn": 10, "fall": 10}
ISO = re.compile(r"(?P<y>[12][0-9]{3})[-/.](?P<m>[01]?[0-9])(?:[-/.](?P<d>[0-3]?[0-9])(?:[T ][0-9:.+Z-]*)?)?")
EUROPEAN = re.compile(r"(?P<a>[0-3]?[0-9])[-/.](?P<b>[0-3]?[0-9])[-/.](?P<y>[12][0-9]{3})")
MONTH_YEAR = re.compile(r"(?P<m>[01]?[0-9])[-/.](?P<y>[12][0-9]{3})")
TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
NUMBERED = re.compile(r"(?P<before>\D*)(?P<number>[0-9]+)(?P<after>\D*)")
Moment = tuple[int, ...]


class UnknownOrder(AnalysisError):
    """Waves whose order is neither given nor found in their names."""

    def __init__(self, column: str, levels: Sequence[object]) -> None:
        self.column, self.levels = column, tuple(levels)
        super().__init__(
            f"expected waves of '{column}' with dates or numbers, but found {listed(levels)}; give their order, "
            f"the earliest first: order: {{{column}: [...]}}"
        )


class IncompleteOrder(AnalysisError):
    """An order that lacks a level of the data."""

    def __init__(self, column: str, level: object, order: Sequence[object]) -> None:
        self.column, self.level, self.order = column, level, tuple(order)
        super().__init__(f"expected each level of '{column}' in its order {listed(order, 20)}, but it lacks '{level}'")


def given_order(column: str, levels: Sequence[Any], order: Sequence[str]) -> list[int]:
    """Return the places of the levels in the order that a person gave.

    Raises
    ------
    IncompleteOrder

    Examples
    --------
    >>> given_order("wave", ["after", "before"], ["before", "after"])
    [1, 0]
    """
    for level in levels:
        if str(level) not in order:
            raise IncompleteOrder(column, level, order)
    return sorted(range(len(levels)), key=lambda k: order.index(str(levels[k])))


def order_in_time(column: str, levels: Sequence[Any]) -> list[int]:
    """Return the places of the levels in the order of time: by date, or by the one number in their names.

    Raises
    ------
    UnknownOrder

    Examples
    --------
    >>> levels = ["Apr 2024", "Jan 2024", "Sep 2023"]
    >>> [levels[k] for k in order_in_time("wave", levels)]
    ['Sep 2023', 'Jan 2024', 'Apr 2024']
    >>> order_in_time("wave", ["10", "2"]), order_in_time("wave", ["Wave 10", "Wave 9"])
    ([1, 0], [1, 0])
    """
    texts = [" ".join(str(level).split()) for level in levels]
    for keys in (_numbers(texts), _dates(texts), _numbered(texts), _numbered_years(texts)):
        if keys is not None and len(set(keys)) == len(keys):
            return sorted(range(len(levels)), key=lambda k: keys[k])
    raise UnknownOrder(column, levels)


def _numbers(texts: Sequence[str]) -> list[Moment] | list[float] | None:
    found = [parsed_number(text) for text in texts]
    return [x for x in found if x is not None] if None not in found else None


def _numbered(texts: Sequence[str]) -> list[int] | None:
    """The number in names that are otherwise alike, such as ``Wave 2``."""
    found = [NUMBERED.fullmatch(text) for text in texts]
    parts = [m for m in found if m is not None]
    alike = {(m["before"].lower(), m["after"].lower()) for m in parts}
    return [int(m["number"]) for m in parts] if len(parts) == len(texts) and len(alike) == 1 else None


def _numbered_years(texts: Sequence[str]) -> list[int] | None:
    """The year in names such as ``Wave 2 (2023)``, where wave numbers and years give the same order."""
    found = [[int(x) for x in re.findall("[0-9]+", text)] for text in texts]
    alike = {re.sub("[0-9]+", "0", text).lower() for text in texts}
    if len(alike) > 1 or any(len(x) != 2 for x in found):
        return None
    by_number, by_year = (sorted(found, key=itemgetter(j)) for j in (0, 1))
    return [x[0] for x in found] if by_number == by_year and len({x[1] for x in found}) == len(found) else None


def _dates(texts: Sequence[str]) -> list[Moment] | None:
    """The moment of each text, all of one precision."""
    found = [_moment(text) for text in texts]
    if None in found:
        found = _days_first_or_last(texts)
    moments = [x for x in found if x is not None]
    alike = len({len(x) for x in moments}) == 1 or len({x[0] for x in moments}) == len(moments)
    return moments if len(moments) == len(texts) and alike else None


def _moment(text: str) -> Moment | None:
    """Year, month and day as far as the text names them, such as ``Sep 2023``, ``2023-09`` or ``Q3 2023``."""
    if found := ISO.fullmatch(text):
        year, month, *day = (int(x) for x in found.group("y", "m", "d") if x)
        return (year,) if month == (year + 1) % 100 > 12 and not day else _checked(year, month, *day)
    if found := MONTH_YEAR.fullmatch(text):
        return _checked(int(found["y"]), int(found["m"]))
    return _of_words([token.lower() for token in TOKEN.findall(text)])


def _checked(year: int, month: int, day: int = 0) -> Moment | None:
    if not (1 <= month <= 12 and day <= 31):
        return None
    return (year, month, day) if day else (year, month)


def _of_words(tokens: list[str]) -> Moment | None:
    """A year, with a month, a season or a quarter in words; anything else is no date."""
    years = [int(x) for x in tokens if len(x) == 4 and x.isdigit() and 1900 <= int(x) < 2200]
    words = [part for x in tokens if not x.isdigit() for part in _without_quarter(x)]
    rest = [int(x) for x in tokens if x.isdigit() and len(x) != 4]
    if len(years) != 1 or any(len(x) == 4 and x.isdigit() and int(x) != years[0] for x in tokens):
        return None
    quarters = [x for x in words if x in ("q", "qtr", "quarter")]
    named = [x for x in words if x not in quarters]
    months = [month for month in map(_month, named) if month]
    if len(months) != len(named) or len(months) > 1:
        return None
    if months:
        return _of_month(years[0], months[0], rest, bool(quarters))
    if quarters:
        return (years[0], 3 * rest[0] - 2) if len(rest) == 1 and 1 <= rest[0] <= 4 else None
    return (years[0],) if not rest else None


def _without_quarter(word: str) -> list[str]:
    """The parts of a word such as ``qsep``."""
    return ["q", word[1:]] if word[:1] == "q" and _month(word[1:]) else [word]


def _of_month(year: int, month: int, rest: list[int], has_quarter: bool) -> Moment | None:
    """A month with a day, or with the quarter that it lies in or that a fiscal year counts."""
    if not rest or has_quarter:
        return (year, month)
    return (year, month, rest[0]) if len(rest) == 1 and 1 <= rest[0] <= 31 else None


def _month(word: str) -> int:
    if word in SEASONS:
        return SEASONS[word]
    short = "sep" if word == "sept" else word
    return next((k for k, month in enumerate(MONTHS, 1) if short in (month, month[:3])), 0)


def _days_first_or_last(texts: Sequence[str]) -> list[Moment | None]:
    """Dates such as 25/12/2023, when some number above 12 shows whether days or months come first."""
    found = [EUROPEAN.fullmatch(text) for text in texts]
    parts = [(int(m["a"]), int(m["b"]), int(m["y"])) for m in found if m is not None]
    day_first = any(a > 12 for a, _, _ in parts)
    month_first = any(b > 12 for _, b, _ in parts)
    if len(parts) != len(texts) or day_first == month_first:
        return [None]
    return [_checked(y, b, a) if day_first else _checked(y, a, b) for a, b, y in parts]
