"""The grammar of numbers in text: decimal and thousands signs are explicit, never those of a programming language."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
CODE = re.compile(r"^[+-]?0[0-9]", re.MULTILINE)
EXPONENT_CODE = re.compile(r"^[0-9]+[eE][0-9]+$", re.MULTILINE)
WHOLE = re.compile(r"[+-]?[0-9]+(?:[.,]0*)?")
DIGITS = 15  # whole numbers of so many digits are always exact as floats
EXACT = 2**53  # larger whole numbers lose digits as floats
SPACES = "\u00a0\u202f\u2009'’"


@lru_cache
def _pattern(decimal: str) -> re.Pattern[str]:
    """Digits with a decimal sign, whole or in groups of three parted by one thousands sign."""
    thousands = "." if decimal == "," else ","
    d = re.escape(decimal)
    grouped = rf"[0-9]{{1,3}}(?:(?P<t>[{re.escape(thousands)}{SPACES} ])[0-9]{{3}})(?:(?P=t)[0-9]{{3}})*"
    return re.compile(rf"[+-]?(?:(?:{grouped}|[0-9]+)(?:{d}[0-9]*)?|{d}[0-9]+)(?:[eE][+-]?[0-9]{{1,3}})?")


def is_plain_number(text: str) -> bool:
    """Whether a text is a number without thousands signs and with a decimal point.

    Examples
    --------
    >>> [is_plain_number(x) for x in ("12", "-.5", "1e-05", "12_1", "inf", "١٢")]
    [True, True, True, False, False, False]
    """
    return PLAIN.fullmatch(text) is not None


def parsed_number(text: str, decimal: str = ".") -> float | None:
    """Return the number that a text holds under a decimal sign; None for anything else.

    The other sign, spaces and apostrophes may part groups of three digits.

    Examples
    --------
    >>> parsed_number("1.250,5", ","), parsed_number("1,250.5"), parsed_number("1.25", ","), parsed_number("1_0")
    (1250.5, 1250.5, None, None)
    """
    found = _pattern(decimal).fullmatch(text)
    return None if found is None else float(_plain(text, decimal))


def column_numbers(texts: Sequence[str], decimal: str) -> list[float] | None:
    """Return the numbers of a column; None where one is no number, or where they are codes.

    Codes are texts with leading zeros (00501), whole numbers that a float cannot hold (ids of 17 digits and more), and
    digits around a letter E (1e2) in a column without decimals.

    Examples
    --------
    >>> column_numbers(["1", "2.5"], ".")
    [1.0, 2.5]
    >>> [column_numbers(codes, ".") for codes in (["00501"], ["1234567890123456701"], ["1e2", "7"], ["12_1"])]
    [None, None, None, None]
    """
    joined = "\n".join(texts)
    if joined.count("\n") != len(texts) - 1 or _stray(decimal).search(joined) or CODE.search(joined):
        return None
    if decimal not in joined and (" " in joined or _has_exponent_code(joined)):  # "101 102" is two codes
        return None
    numbers = list(map(float, _plain(joined, decimal).split("\n")))
    if max(map(len, texts)) > DIGITS and any(map(_is_too_long, texts, numbers)):
        return None
    return numbers if all(map(isfinite, numbers)) else None


def has_thousands(texts: Sequence[str], decimal: str) -> bool:
    """Whether a sign stands in some number that may part thousands."""
    joined = "\n".join(texts)
    return any(sign in joined for sign in f"{'.' if decimal == ',' else ','}{SPACES} ")


def _has_exponent_code(joined: str) -> bool:
    return "e" in joined.lower() and EXPONENT_CODE.search(joined) is not None


def _is_too_long(text: str, number: float) -> bool:
    """Whether a whole number loses digits as a float."""
    return len(text) > DIGITS and abs(number) > EXACT and WHOLE.fullmatch(text) is not None


def _plain(text: str, decimal: str) -> str:
    """Numbers as Python writes them: without thousands signs, with a decimal point."""
    thousands = "." if decimal == "," else ","
    return text.translate(dict.fromkeys(map(ord, f"{thousands}{SPACES} "))).replace(decimal, ".")


@lru_cache
def _stray(decimal: str) -> re.Pattern[str]:
    """The beginning of a line that is no number."""
    return re.compile(rf"^(?!(?:{_pattern(decimal).pattern})$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Signs:
    """The decimal sign of a table, and whether something in the table proves it.

    Parameters
    ----------
    decimal
        ``.`` or ``,``; None where some columns speak for one and some for the other.
    certain
        Whether a cell proves it.
    """

    decimal: str | None
    certain: bool


def detected_signs(columns: Iterable[Sequence[str]], separator: str) -> Signs:
    """Find the decimal sign: a cell such as 0,75 proves a comma, 1.250 alone proves nothing.

    Examples
    --------
    >>> detected_signs([["1.250", "2.400"], ["0,75", "1,25"]], ";")
    Signs(decimal=',', certain=True)
    """
    if separator == ",":
        return Signs(".", True)
    found = {sign: [_evidence(column, sign) for column in columns if column] for sign in ".,"}
    sure = {sign: found[sign].count(2) for sign in ".,"}
    if sure["."] or sure[","]:
        return Signs("," if sure[","] >= sure["."] else ".", True)
    maybe = {sign: found[sign].count(1) for sign in ".,"}
    if maybe["."] and maybe[","]:
        return Signs(None, False)
    return Signs("," if maybe[","] else ".", not (maybe["."] or maybe[","]))


def _evidence(column: Sequence[str], sign: str) -> int:
    """Return 2 where a column of numbers proves the sign, 1 where it may be the sign, 0 where it says nothing."""
    if not any(sign in text for text in column) or not all(_pattern(sign).fullmatch(text) for text in column):
        return 0
    return 2 if any(proves(text, sign) for text in column) else 1


def proves(text: str, sign: str) -> bool:
    """Whether the sign stands in a number where no thousands sign can.

    Examples
    --------
    >>> [proves(text, ".") for text in ("1.250", "0.250", "1.25", "1,250.250", "12")]
    [False, True, True, True, False]
    """
    whole, found, rest = text.lstrip("+-").partition(sign)
    return bool(found) and (
        len(rest) != 3 or not rest.isdigit() or not whole.isdigit() or whole == "0" or len(whole) > 3
    )
