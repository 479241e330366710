"""Telephone numbers keep their order in languages that are written from right to left."""

from __future__ import annotations

import pytest

from app.language.languages import ALL_LANGUAGES
from app.language.number_isolation import isolate_numbers

RTL = [code for code, each in ALL_LANGUAGES.items() if each.direction == "rtl"]


@pytest.mark.parametrize("language", RTL)
def test_digit_groups_are_isolated_from_left_to_right(language: str) -> None:
    assert isolate_numbers("اتصل 555 0100. 24/7", language) == "اتصل \u2066555 0100\u2069. \u206624/7\u2069"
    for number in ("(555) 010-0100", "+44 20 7946 0000", "*123#", "۰۲۱ ۵۵۵"):
        assert isolate_numbers(f"x {number} y", language) == f"x \u2066{number}\u2069 y"
    for plain in ("211", "اتصل 211.", "help@city.example", ""):
        assert isolate_numbers(plain, language) == plain


def test_numbers_of_other_languages_are_left_alone() -> None:
    assert isolate_numbers("Call 555 0100", "en") == "Call 555 0100"
