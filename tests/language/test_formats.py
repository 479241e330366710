"""Numbers, dates and lists as each language writes them."""

from datetime import date

import pytest
from babel import Locale

from app.language import formats, languages
from app.language.extra_formats import OWN_FORMATS
from app.language.languages import LANGUAGES, Language, find_language


def test_numbers_carry_their_decimals():
    assert formats.number(1234567.891, "en", 2) == "1,234,567.89"
    assert formats.number(1234.5, "en") == "1,234"
    assert formats.number(0.5, "es", 1) == "0.5"


def test_percentages_are_made_from_shares():
    assert formats.percent(0.4567, "en") == "46%"
    assert formats.percent(0.4567, "en", 1) == "45.7%"
    assert "45.7" in formats.percent(0.4567, "ar", 1)


def test_dates_are_written_out():
    day = date(2026, 5, 3)
    assert formats.date(day, "en") == "May 3, 2026"
    assert formats.date(day, "es") == "3 de mayo de 2026"
    assert formats.date(day, "ar") == "3 مايو 2026"
    assert formats.month(day, "es") == "mayo de 2026"
    assert formats.date_range(day, date(2026, 6, 17), "es") == "3 de mayo\u2009–\u200917 de junio de 2026"


def test_lists_have_their_last_word():
    assert formats.listed(["a", "b", "c"], "en") == "a, b, and c"
    assert formats.listed(["a", "b", "c"], "es") == "a, b y c"
    assert formats.listed(["a"], "ar") == "a"
    assert formats.listed([], "en") == ""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_can_write_everything(lang):
    day = date(2026, 1, 31)
    assert all(
        [
            formats.number(-1.5, lang, 1),
            formats.percent(1, lang),
            formats.date(day, lang),
            formats.date_range(day, day, lang),
            formats.month(day, lang),
            formats.listed(["x", "y"], lang),
        ]
    )


@pytest.fixture
def hmong(monkeypatch):
    hmong = Language("mww", "Hmoob", "Hmong", "ltr", "en_US", plural_forms="nplurals=1; plural=0;")
    monkeypatch.setitem(languages.LANGUAGES, "mww", hmong)
    return hmong


def test_language_unknown_to_babel_has_its_own_months(hmong):
    day = date(2026, 5, 3)
    assert formats.number(1234, "mww") == "1,234"
    assert formats.percent(0.457, "mww") == "46%"
    assert formats.date(day, "mww") == "Tsib Hlis tim 3, 2026"
    assert formats.month(day, "mww") == "Tsib Hlis 2026"
    assert formats.date_range(day, day, "mww") == "Tsib Hlis tim 3, 2026"
    assert formats.date_range(day, date(2026, 6, 17), "mww") == (
        "Tsib Hlis tim 3, 2026\u2009–\u2009Rau Hli tim 17, 2026"
    )
    assert [formats.listed(list(items), "mww") for items in ("", "a", "ab", "abc")] == [
        "", "a", "a thiab b", "a, b thiab c",
    ]  # fmt: skip


def test_borrowed_locale_has_months_of_its_own_language(hmong):
    borrowers = [row for row in LANGUAGES.values() if not is_its_own(row)]
    assert hmong in borrowers
    assert [row.code for row in borrowers if row.code not in OWN_FORMATS] == []


def is_its_own(row):
    """Dari is written in the Persian of Afghanistan; that is no borrowing."""
    written_in = Locale.parse(row.babel_locale).language
    return written_in == row.code.partition("-")[0] or (row.code, row.babel_locale) == ("prs", "fa_AF")


@pytest.mark.parametrize("code", OWN_FORMATS)
def test_own_months_are_twelve_different_ones(code):
    own = OWN_FORMATS[code]
    assert len(set(own.months)) == 12
    assert own.write_month(date(2026, 12, 1)) == own.month.format(month=own.months[11], year=2026)


def test_no_language_writes_english_months():
    days = [date(2026, month, 3) for month in range(1, 13)]
    for lang in set(LANGUAGES) - {"en"}:
        assert not {formats.month(day, "en") for day in days} & {formats.month(day, lang) for day in days}, lang


def test_a_browsers_code_for_a_language_under_another_name(hmong):
    assert find_language("hmn") is hmong
    assert find_language("mww-Latn-US") is hmong


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("en", "en"),
        ("es-MX", "es"),
        ("ES_419", "es"),
        (" ar-EG ", "ar"),
        ("eo", None),
        ("", None),
        ("e", None),
        ("-", None),
    ],
)
def test_a_browsers_code_finds_its_language(asked, found):
    language = find_language(asked)
    assert (language.code if language else None) == found


def test_the_direction_is_that_of_the_letters():
    for row in LANGUAGES.values():
        assert row.direction == Locale.parse(row.babel_locale).text_direction, row.code
    assert all(code == row.code and row.own_name for code, row in LANGUAGES.items())


def test_an_alias_leads_to_no_other_alias():
    assert not set(languages.ALIASES) & {code.lower() for code in languages.ALIASES.values()}
