"""Format numbers, dates and lists in a language. The server does this, because browsers lack several languages."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

from app.language.extra_formats import OWN_COUNTRIES, OWN_FORMATS
from app.language.languages import get_language


def _locale(lang: str) -> str:
    return get_language(lang).babel_locale


def number(value: float, lang: str, decimals: int = 0) -> str:
    """Format a number: `1234.5` with one decimal is `1,234.5` in English and `1.234,5` with a decimal comma."""
    return format_decimal(value, format="#,##0" + _fraction(decimals), locale=_locale(lang))


def country(code: str, lang: str) -> str:
    """Name a country by its ISO code: `NO` is `Norway` in English and `Noruega` in Spanish."""
    own = OWN_COUNTRIES.get(lang, {})
    return own.get(code) or str(Locale.parse(_locale(lang)).territories[code])


def percent(share: float, lang: str, decimals: int = 0) -> str:
    """Format a share between 0 and 1 as a percentage."""
    pattern = str(Locale.parse(_locale(lang)).percent_formats[None].pattern)
    with_decimals = pattern.replace("#,##0", "#,##0" + _fraction(decimals))
    return format_percent(share, format=with_decimals, locale=_locale(lang))


def date(day: datetime.date, lang: str) -> str:
    own = OWN_FORMATS.get(lang)
    return own.write_date(day) if own else format_date(day, format="long", locale=_locale(lang))


def date_range(first: datetime.date, last: datetime.date, lang: str) -> str:
    """Format both days and the range between them; shared parts appear once where the language does so."""
    own = OWN_FORMATS.get(lang)
    return own.write_range(first, last) if own else format_interval(first, last, "yMMMMd", locale=_locale(lang))


def month(day: datetime.date, lang: str) -> str:
    own = OWN_FORMATS.get(lang)
    return own.write_month(day) if own else format_skeleton("yMMMM", day, locale=_locale(lang))


def quarter(day: datetime.date, lang: str) -> str:
    """Format the quarter of a year that contains a day."""
    return format_skeleton("yQQQ", day, locale=_locale(lang))


def dollars(amount: float, lang: str) -> str:
    """Format an amount of United States dollars without cents."""
    pattern = str(Locale.parse(_locale(lang)).currency_formats["standard"].pattern).replace("0.00", "0")
    return format_currency(round(amount), "USD", format=pattern, locale=_locale(lang), currency_digits=False)


def listed(items: Sequence[str], lang: str) -> str:
    """Join items as in `a, b, and c`."""
    own = OWN_FORMATS.get(lang)
    return own.write_list(items) if own else format_list(items, locale=_locale(lang))


def _fraction(decimals: int) -> str:
    return "." + "0" * decimals if decimals else ""
