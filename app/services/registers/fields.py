"""Read the fields of register entries: each kind has one rule that returns a problem or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.language.languages import LANGUAGES

FieldKind = Literal["text", "long", "day", "choice", "count", "money", "address", "addresses", "names", "counts"]

LONGEST: Mapping[str, int] = {"text": 200, "long": 1000, "address": 300, "addresses": 2000, "names": 600, "counts": 600}
LARGEST = 1e12
YES, NO = "yes", "no"
YES_NO = (YES, NO)


@dataclass(frozen=True)
class EntryField:
    """Define a field of a register. A `public` field is on the scorecard; a `future` day may lie ahead.

    A field `of` another register names entries of it.
    """

    name: str
    label: str
    kind: FieldKind = "text"
    required: bool = False
    public: bool = False
    options: tuple[str, ...] = ()
    future: bool = False
    hint: str = ""
    of: str = ""


def find_problem(field: EntryField, text: str, today: date) -> str | None:
    """Return what is wrong with a field, or None.

    >>> find_problem(EntryField("by", "By", "day"), "2027-01-05", date(2026, 1, 1))
    'expected a day until 2026-01-01 in by, found 2027-01-05'
    >>> find_problem(EntryField("seats", "Seats", "count"), "-3", date(2026, 1, 1))
    "expected a whole number of 0 or more in seats, found '-3'"
    """
    if not text:
        return f"expected something in {field.name}, found nothing" if field.required else None
    return RULES[field.kind](field, text, today)


def _text(field: EntryField, text: str, today: date) -> str | None:
    most = LONGEST[field.kind]
    return f"expected at most {most} characters in {field.name}, found {len(text)}" if len(text) > most else None


def _day(field: EntryField, text: str, today: date) -> str | None:
    day = read_day(text)
    if day is None:
        return f"expected a day such as 2026-03-31 in {field.name}, found {text!r}"
    if day > today and not field.future:
        return f"expected a day until {today} in {field.name}, found {day}"
    if not 1990 <= day.year <= today.year + 30:
        return f"expected a day from 1990 to {today.year + 30} in {field.name}, found {day}"
    return None


def _choice(field: EntryField, text: str, today: date) -> str | None:
    return None if text in field.options else f"expected {', '.join(field.options)} in {field.name}, found {text!r}"


def _count(field: EntryField, text: str, today: date) -> str | None:
    if read_count(text) is None:
        return f"expected a whole number of 0 or more in {field.name}, found {text!r}"
    return None


def _money(field: EntryField, text: str, today: date) -> str | None:
    if read_money(text) is None:
        return f"expected an amount of 0 or more without signs in {field.name}, found {text!r}"
    return None


def _address(field: EntryField, text: str, today: date) -> str | None:
    if not text.startswith("https://") or any(sign in text for sign in " \"'<>\n"):
        return f"expected an address that begins with https:// in {field.name}, found {text!r}"
    return _text(field, text, today)


def _addresses(field: EntryField, text: str, today: date) -> str | None:
    found = read_addresses(text)
    if found is None:
        expected = (
            f"expected a language and an address on each line of {field.name}, such as es https://city.example/es"
        )
        return f"{expected}, found {text!r}"
    problems = (_address(field, address, today) for address in found.values())
    return next((each for each in problems if each), None) or _text(field, text, today)


def _counts(field: EntryField, text: str, today: date) -> str | None:
    if read_counts(text) is None:
        return f"expected numbers by name such as residents=4; police=3 in {field.name}, found {text!r}"
    return _text(field, text, today)


RULES: Mapping[FieldKind, Callable[[EntryField, str, date], str | None]] = {
    "text": _text,
    "long": _text,
    "day": _day,
    "choice": _choice,
    "count": _count,
    "money": _money,
    "address": _address,
    "addresses": _addresses,
    "names": _text,
    "counts": _counts,
}


def read_day(text: str) -> date | None:
    """Return the day written as 2026-03-31, or None."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def read_count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def read_money(text: str) -> float | None:
    whole, _, cents = text.partition(".")
    digits = whole + cents
    if not (digits.isascii() and digits.isdecimal() and whole and len(digits) <= 14):
        return None
    return float(text)


def read_names(text: str) -> tuple[str, ...]:
    """Return the names of a list.

    >>> read_names("tenants; youth-center,  tenants")
    ('tenants', 'youth-center')
    """
    parts = (part.strip() for part in text.replace(";", ",").split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def read_addresses(text: str) -> dict[str, str] | None:
    """Return the addresses by language, or None where the text is of another form.

    >>> read_addresses("es https://a.example/es; ar https://a.example/ar"), read_addresses("https://a.example")
    ({'es': 'https://a.example/es', 'ar': 'https://a.example/ar'}, None)
    """
    found: dict[str, str] = {}
    for line in text.replace(";", "\n").splitlines():
        lang, _, address = line.strip().partition(" ")
        if lang and (not address or lang in found or lang not in LANGUAGES):
            return None
        if lang:
            found[lang] = address.strip()
    return found


def read_counts(text: str) -> dict[str, int] | None:
    """Return the numbers by name, or None where the text is of another form.

    >>> read_counts("residents=4; police = 3"), read_counts("residents"), read_counts("a=1; a=2")
    ({'residents': 4, 'police': 3}, None, None)
    """
    found: dict[str, int] = {}
    for part in read_names(text):
        name, sign, number = part.partition("=")
        count = read_count(number.strip())
        if not sign or count is None or name.strip() in found:
            return None
        found[name.strip()] = count
    return found
