"""The order in time of text such as ``Jan 2024``, ``Q3 2023`` or ``wave 10``."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

Key = tuple[float, ...]
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
YEAR = r"(?P<year>(?:19|20)\d\d)"
SEASONS = {"winter": 0, "spring": 1, "summer": 2, "fall": 3, "autumn": 3}  # of the north
SEASON = r"(?P<season>winter|spring|summer|fall|autumn)"
UNTIL = r"\s*[-/–]\s*(?P<until>\d\d(?:\d\d)?)"
PART = {"month": r"(?P<month>0?[1-9]|1[0-2])", "day": r"(?P<day>0?[1-9]|[12]\d|3[01])"}
BETWEEN = r"[\s,_./-]*"

# One way to write a date each; a column is dated when one way reads all of its levels.
DATES: tuple[str, ...] = (
    rf"{YEAR}[-./]?{PART['month']}",
    rf"{YEAR}([-./]){PART['month']}\2{PART['day']}(?:[t ].*)?",
    rf"{PART['month']}[-./]{YEAR}",
    rf"{PART['day']}\.\s*{PART['month']}\.\s*{YEAR}",
    rf"{MONTH}{BETWEEN}{YEAR}",
    rf"{YEAR}{BETWEEN}{MONTH}",
    rf"{MONTH}(?:-|\s*['’])(?P<short>\d\d)",
    rf"{PART['day']}(?:st|nd|rd|th)?{BETWEEN}{MONTH}{BETWEEN}{YEAR}",
    rf"{MONTH}\s*{PART['day']}(?:st|nd|rd|th)?{BETWEEN}{YEAR}",
    rf"(?P<letter>[qhwm])(?P<part>\d\d?){BETWEEN}{YEAR}",
    rf"{YEAR}{BETWEEN}(?P<letter>[qhwm])(?P<part>\d\d?)",
    rf"(?P<part>[1-4])(?P<letter>q){BETWEEN}{YEAR}",
    rf"{YEAR}{UNTIL}",
)
WHOLE_DATES = (YEAR, *(way for way in DATES if not re.search("<(letter|short|until)>", way)))  # may stand together
# A quarter beside a month, such as 1QSEP2021: quarters of a fiscal year begin in any month, so the month decides.
QUARTERED = tuple(rf"(?:[1-4]q|q[1-4]){BETWEEN}{MONTH}{BETWEEN}{year}" for year in (YEAR, r"['’]?(?P<short>\d\d)"))
SEASONAL = (rf"{SEASON}{BETWEEN}{YEAR}(?:{UNTIL})?", rf"{YEAR}(?:{UNTIL})?{BETWEEN}{SEASON}")
COMPACT = {"month": r"(?P<month>0[1-9]|1[0-2])", "day": r"(?P<day>0[1-9]|[12]\d|3[01])", "short": r"(?P<short>\d\d)"}
UNPARTED = (
    COMPACT["month"] + COMPACT["short"],
    COMPACT["month"] + YEAR,
    COMPACT["month"] + COMPACT["day"] + YEAR,
    COMPACT["day"] + COMPACT["month"] + YEAR,
)  # 0923 may be September 2023
SLASHED = (rf"{PART['day']}/{PART['month']}/{YEAR}", rf"{PART['month']}/{PART['day']}/{YEAR}")


def in_time(levels: Sequence[str]) -> list[str] | None:
    """The levels by date or number, the earliest first; None where they are neither, or could be read in two ways.

    Examples
    --------
    >>> in_time(["Apr 2024", "Jan 2024", "Sep 2023"])
    ['Sep 2023', 'Jan 2024', 'Apr 2024']
    >>> in_time(["wave 10", "wave 2"]), in_time(["before", "after"])
    (['wave 2', 'wave 10'], None)
    >>> in_time(["3QMAR2022", "1QSEP2021"]), in_time(["Fall 2023", "Winter 2023/24", "Spring 2024"])
    (['1QSEP2021', '3QMAR2022'], ['Fall 2023', 'Winter 2023/24', 'Spring 2024'])
    >>> in_time(["0923", "0124"]), in_time(["wave 1.9", "wave 1.10"])
    (None, None)
    >>> in_time(["April 2024", "2023", "2024-01"]), in_time(["April 2024", "2024"])
    (['2023', '2024-01', 'April 2024'], None)
    """
    for read in (_dates, _numbers):
        keys = read([level.strip().lower() for level in levels])
        if keys is not None:
            return [level for _, level in sorted(zip(keys, levels, strict=True))]
    return None


def _numbers(levels: Sequence[str]) -> list[Key] | None:
    """Whole or decimal numbers, alone or inside the same words."""
    found = [re.fullmatch(r"(\D*?)((?:(?<!\S)-)?\d+(?:[.,]\d+)?)((?:st|nd|rd|th)\b)?(\D*)", level) for level in levels]
    words = {match and (match[1].rstrip(" _"), match[4].strip(" _")) for match in found}
    if len(words) != 1 or None in words:
        return None
    texts = [match[2] for match in found if match]
    if all(re.fullmatch(r"\d\d", text) for text in texts) and list(_years(map(int, texts))) != sorted(map(int, texts)):
        return None  # 99, 00 and 01 may be years
    keys: list[Key] = [(float(text.replace(",", ".")),) for text in texts]
    if len(set(keys)) < len(keys):
        return None
    others = [_read(texts, way) for way in UNPARTED] + [_versions(texts)]
    return keys if all(other is None or _places(other) == _places(keys) for other in others) else None


def _versions(texts: Sequence[str]) -> list[Key]:
    """Return the numbers as versions count them, in which 1.10 comes after 1.9."""
    return [tuple(map(float, re.split("[.,]", text))) for text in texts]


def _places(keys: Sequence[Key]) -> list[int]:
    return sorted(range(len(keys)), key=keys.__getitem__)


def _years(short: Iterable[int]) -> dict[int, int]:
    """Return the place in time of years of two digits: they begin after the widest gap in the circle of 100 years.

    Empty where no gap is wider than half of the circle: then nothing shows which year is the first.
    """
    years = sorted(set(short))
    gaps = [(after - year) % 100 or 100 for year, after in zip(years, [*years[1:], years[0]], strict=True)]
    first = gaps.index(max(gaps)) + 1
    return {year: k for k, year in enumerate([*years[first:], *years[:first]])} if max(gaps) > 50 else {}


def _dates(levels: Sequence[str]) -> list[Key] | None:
    for way in (*DATES, *QUARTERED):
        keys = _read(levels, way)
        if keys:
            return keys
    for ways in SEASONAL:
        keys = _one_of([_read(levels, ways, winter) for winter in (0, 4)])
        if keys:
            return keys
    return _one_of([_read(levels, way) for way in SLASHED]) or _mixed(levels)


def _mixed(levels: Sequence[str]) -> list[Key] | None:
    """Return dates that are written in several ways; None where one holds another, as 2024 holds April 2024."""
    found = [next((match for way in WHOLE_DATES if (match := re.fullmatch(way, level))), None) for level in levels]
    keys = [_key(match.groupdict(), {}) for match in found if match]
    if len(keys) < len(levels):
        return None
    known = [tuple(part for part in key if part) for key in keys]
    apart = all(a[: len(b)] != b and b[: len(a)] != a for a, b in combinations(known, 2))
    return keys if apart else None


def _one_of(readings: Sequence[list[Key] | None]) -> list[Key] | None:
    """The reading of 3/4/2024 that sorts the levels; None where day and month could change places."""
    found = [keys for keys in readings if keys]
    orders = {tuple(_places(keys)) for keys in found}
    return found[0] if len(orders) == 1 else None


def _read(levels: Sequence[str], way: str, winter: int = 0) -> list[Key] | None:
    """Return the dates in one way of writing; a winter of one year is its first season (0) or its last (4)."""
    found = [re.fullmatch(way, level) for level in levels]
    parts = [match.groupdict() for match in found if match]
    if len(parts) < len(levels) or len({part.get("letter") for part in parts}) > 1:
        return None
    short = [int(part["short"]) for part in parts if part.get("short")]
    years = _years(short) if short else {}
    if short and not years:
        return None
    keys = [_key(part, years, winter) for part in parts]
    return keys if len(set(keys)) == len(keys) else None


def _key(parts: dict[str, str | Any], years: Mapping[int, int], winter: int = 0) -> Key:
    year = int(parts["year"]) if parts.get("year") else years[int(parts["short"])]
    if parts.get("season"):
        season = SEASONS[parts["season"]] or (4 if parts.get("until") else winter)
        return year, season, 0
    month = MONTHS.index(parts["name"][:3]) + 1 if parts.get("name") else int(parts.get("month") or 0)
    return year, month, int(parts.get("day") or parts.get("part") or 0)
