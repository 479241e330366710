"""Adding a language: its row, every catalog, what is left, and that residents see it only once it is complete."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.language import languages
from app.language.catalogs import read_catalog
from app.language.completeness import find_domains
from app.language.languages import TABLE, read_table, write_table
from app.language.new_language import (
    LanguageRefused,
    WantedLanguage,
    add_language,
    find_left,
    find_script,
    make_language,
    offer_language,
)
from app.language.po_files import PoEntry, count_plural_forms, format_template, read_entries, translation_path
from app.paths import LOCALES


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return Path(shutil.copy(TABLE, tmp_path / "languages.csv"))


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    folder = tmp_path / "locales"
    folder.mkdir()
    for path in LOCALES.glob("*.pot"):
        shutil.copy(path, folder)
    return folder


def test_a_table_is_the_same_after_it_was_read_and_written(tmp_path: Path) -> None:
    write_table(read_table().values(), tmp_path / "languages.csv")
    assert (tmp_path / "languages.csv").read_bytes() == TABLE.read_bytes()


def test_every_template_gets_a_catalog(table: Path, locales: Path) -> None:
    language, written = add_language(WantedLanguage("de"), table, locales)
    assert (language.own_name, language.english_name, language.direction) == ("Deutsch", "German", "ltr")
    domains = find_domains(locales)
    assert "letters" in domains
    assert written == [table, *(translation_path(locales, "de", domain) for domain in domains)]
    for domain in domains:
        path = translation_path(locales, "de", domain)
        assert [entry.key for entry in read_entries(path)] == [
            entry.key for entry in read_entries(locales / f"{domain}.pot")
        ]
        assert count_plural_forms(path) == 2
        assert f"{read_catalog(path).locale}" == "de"


@pytest.mark.parametrize(("code", "forms"), [("pl", 3), ("he", 2), ("bn", 2), ("am", 2), ("ga", 5), ("sl", 4)])
def test_a_language_gets_the_plural_forms_of_its_own(table: Path, locales: Path, code: str, forms: int) -> None:
    add_language(WantedLanguage(code), table, locales)
    assert count_plural_forms(translation_path(locales, code, "letters")) == forms


def test_a_script_from_right_to_left_is_known() -> None:
    assert (make_language(WantedLanguage("he")).direction, find_script("he")) == ("rtl", "Hebr")
    assert (make_language(WantedLanguage("ps")).direction, find_script("ps")) == ("rtl", "Arab")


def test_a_language_that_babel_does_not_know_needs_its_facts(table: Path, locales: Path) -> None:
    with pytest.raises(LanguageRefused, match="--name, --english-name, --direction, --plural-forms for chk"):
        add_language(WantedLanguage("chk"), table, locales)
    assert not (locales / "chk").exists()
    wanted = WantedLanguage("chk", "Kapasen Chuuk", "Chuukese", "ltr", "nplurals=1; plural=0;")
    language, _ = add_language(wanted, table, locales)
    assert not find_left(language, locales).has_formats
    assert count_plural_forms(translation_path(locales, "chk", "report")) == 1


@pytest.mark.parametrize("code", ["DE", "german", "d", "", "../de", "de_DE", "zh-hant"])
def test_a_tag_that_is_none_is_refused(table: Path, locales: Path, code: str) -> None:
    before = table.read_bytes()
    with pytest.raises(LanguageRefused, match="Expected a language tag"):
        add_language(WantedLanguage(code), table, locales)
    assert table.read_bytes() == before


def test_a_language_that_is_there_is_refused(table: Path, locales: Path) -> None:
    with pytest.raises(LanguageRefused, match="es has a row"):
        add_language(WantedLanguage("es"), table, locales)


def test_catalogs_that_are_there_stay(table: Path, locales: Path) -> None:
    path = translation_path(locales, "de", "letters")
    path.parent.mkdir(parents=True)
    path.write_text("kept", "utf-8")
    _, written = add_language(WantedLanguage("de"), table, locales)
    assert path.read_text("utf-8") == "kept"
    assert path not in written


def test_a_language_is_offered_once_nothing_is_left(tmp_path: Path, table: Path) -> None:
    locales = tmp_path / "small"
    locales.mkdir()
    (locales / "one.pot").write_text(format_template("one", [PoEntry("Yes, thank you")]), "utf-8")
    language, (_, path) = add_language(WantedLanguage("de"), table, locales)
    (left,) = find_left(language, locales).catalogs
    assert (left.sentences, left.missing) == (1, 1)
    with pytest.raises(LanguageRefused, match="1 sentences without translation"):
        offer_language("de", table, locales)
    path.write_text(path.read_text("utf-8").replace('msgstr ""\n', 'msgstr "Ja, danke"\n').replace("Ja, danke", "", 1))
    assert offer_language("de", table, locales).offered
    assert read_table(table)["de"].offered
    assert list(read_table(table)) == [*read_table(), "de"]


def test_a_language_that_is_not_offered_is_not_chosen(table: Path, locales: Path) -> None:
    language, _ = add_language(WantedLanguage("de"), table, locales)
    assert not read_table(table)["de"].offered
    assert all(row.offered for row in languages.LANGUAGES.values())
    assert language.code not in languages.LANGUAGES
