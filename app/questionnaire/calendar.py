"""The names of the months in a language, as they stand alone."""

from __future__ import annotations

from babel.dates import get_month_names

from app.language.extra_formats import OWN_FORMATS
from app.language.languages import get_language


def month_name(month: int, lang: str) -> str:
    """The name of a month, from 1 to 12.

    >>> month_name(3, "en"), month_name(3, "es")
    ('March', 'marzo')
    """
    own = OWN_FORMATS.get(lang)
    if own:
        return own.months[month - 1]
    return str(get_month_names("wide", "stand-alone", locale=get_language(lang).babel_locale)[month])
