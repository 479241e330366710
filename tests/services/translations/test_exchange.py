"""Export and import of catalogs: a round trip changes no byte, and a file with a fault stores nothing and names it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from app.errors import BadTranslation, NotFound
from app.language.po_files import translation_path
from app.paths import LOCALES
from app.services.translations.exchange import export_translation, import_translation, load_translation

FORMATS = ["po", "xliff-1.2", "xliff-2.0"]


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """A copy of three catalogs, one of them with plural forms."""
    for domain in ("letters", "report", "data"):
        shutil.copy(LOCALES / f"{domain}.pot", tmp_path)
        for language in ("es", "ar"):
            path = translation_path(tmp_path, language, domain)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(translation_path(LOCALES, language, domain), path)
    return tmp_path


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("domain", ["letters", "report", "data"])
@pytest.mark.parametrize("language", ["es", "ar"])
def test_round_trip_changes_no_byte(locales: Path, format: str, domain: str, language: str) -> None:
    path = translation_path(locales, language, domain)
    before = path.read_bytes()
    text = export_translation(language, domain, format, locales)  # type: ignore[arg-type]
    stored = import_translation(language, domain, text, "x", locales)
    assert (stored.path, stored.changed) == (path, 0)
    assert path.read_bytes() == before


@pytest.mark.parametrize("format", FORMATS)
def test_a_new_wording_is_stored(locales: Path, format: str) -> None:
    text = export_translation("es", "letters", format, locales)  # type: ignore[arg-type]
    stored = import_translation(
        "es", "letters", text.replace("Usted decide si", "Es usted quien decide si"), "x", locales
    )
    assert stored.changed == 1
    assert "Es usted quien decide" in stored.path.read_text("utf-8")


@pytest.mark.parametrize("format", FORMATS)
def test_new_language_starts_from_the_template(locales: Path, format: str) -> None:
    shutil.rmtree(locales / "ar")
    text = export_translation("ar", "report", format, locales)  # type: ignore[arg-type]
    assert "clearly more trust" in text
    with pytest.raises(BadTranslation, match=r"ar/report: missing: .*; and \d+ more"):
        import_translation("ar", "report", text, "ar.po", locales)
    assert not (locales / "ar").exists()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("mistake", "fault"),
    [
        (lambda text: text.replace("¿Preguntas? ", "<b>¿Preguntas? "), "markup"),
        (lambda text: text.replace("¿Preguntas? ", "¿Preguntas?\u202e "), "markup"),
        (lambda text: text.replace("¿Preguntas? ", "¿Preguntas? {email} "), "placeholder"),
        (lambda text: text.replace("Questions? ", "Queries? "), "a sentence that letters does not have"),
        (lambda text: text.replace("¿Preguntas? ", "¿Preguntas? " + "muchas " * 20), "too long"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_stored(locales: Path, format: str, mistake: object, fault: str) -> None:
    before = translation_path(locales, "es", "letters").read_bytes()
    text = mistake(export_translation("es", "letters", format, locales))  # type: ignore[operator, arg-type]
    if "<b>" in text and format != "po":
        text = text.replace("<b>", "&lt;b&gt;")
    with pytest.raises(BadTranslation, match=fault):
        import_translation("es", "letters", text, "es.file", locales)
    assert translation_path(locales, "es", "letters").read_bytes() == before


@pytest.mark.parametrize("text", ["", "nonsense", "<xliff/>", 'msgid "a"\nmsgstr[7] "b"\n'])
def test_invalid_file_changes_no_translation(locales: Path, text: str) -> None:
    before = translation_path(locales, "es", "letters").read_bytes()
    try:
        stored = import_translation("es", "letters", text, "es.file", locales)
    except BadTranslation:
        pass
    else:
        assert stored.changed == 0, "an empty file leaves everything as it is"
    assert translation_path(locales, "es", "letters").read_bytes() == before


def test_a_file_of_another_language_is_refused(locales: Path) -> None:
    text = export_translation("ar", "letters", "xliff-2.0", locales)
    with pytest.raises(BadTranslation, match="expected es/letters, found ar/letters"):
        import_translation("es", "letters", text, "x", locales)


@pytest.mark.parametrize(("language", "domain"), [("en", "letters"), ("xx", "letters"), ("es", "nowhere")])
def test_unknown_translation_cannot_be_exported(locales: Path, language: str, domain: str) -> None:
    with pytest.raises(NotFound):
        export_translation(language, domain, "po", locales)


USUAL_ARABIC = "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;"


def test_six_arabic_forms_come_back_from_the_usual_rule(locales: Path) -> None:
    path = translation_path(locales, "ar", "data")
    before = path.read_bytes()
    text = export_translation("ar", "data", "po", locales)
    rule = next(line for line in text.splitlines() if "Plural-Forms" in line)
    usual = text.replace(rule, f'"Plural-Forms: {USUAL_ARABIC}\\n"')
    usual = usual.replace("msgstr[4]", "msgstr[x]").replace("msgstr[5]", "msgstr[4]").replace("msgstr[x]", "msgstr[5]")
    assert import_translation("ar", "data", usual, "ar.po", locales).changed == 0
    assert path.read_bytes() == before
    with pytest.raises(BadTranslation, match=r"expected 6 plural forms .*, found 7"):
        import_translation("ar", "data", text.replace("nplurals=6", "nplurals=7"), "ar.po", locales)


@pytest.mark.parametrize(
    ("tag", "is_same"), [("ar-SA", True), ("ar_EG", True), ("AR", True), ("es", False), ("", False)]
)
def test_a_region_of_a_language_is_that_language(locales: Path, tag: str, is_same: bool) -> None:
    text = export_translation("ar", "letters", "xliff-2.0", locales).replace('trgLang="ar"', f'trgLang="{tag}"')
    if is_same:
        assert import_translation("ar", "letters", text, "x", locales).changed == 0
        return
    with pytest.raises(BadTranslation, match="expected ar/letters"):
        import_translation("ar", "letters", text, "x", locales)


def test_a_fuzzy_entry_is_reported_and_not_taken(locales: Path) -> None:
    text = export_translation("es", "letters", "po", locales)
    block = next(each for each in text.split("\n\n") if "Usted decide si" in each)
    fuzzy = text.replace(block, "#, fuzzy\n" + block.replace("Usted decide si", "Tal vez usted decide si"))
    before = translation_path(locales, "es", "letters").read_bytes()
    stored = import_translation("es", "letters", fuzzy, "es.po", locales)
    assert (stored.changed, len(stored.fuzzy)) == (0, 1)
    assert translation_path(locales, "es", "letters").read_bytes() == before


def test_a_file_is_read_in_the_charset_that_it_names(tmp_path: Path) -> None:
    path = tmp_path / "es.po"
    text = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=ISO-8859-1\\n"\n\nmsgid "a"\nmsgstr "\u00e9"\n'
    path.write_bytes(text.encode("latin-1"))
    assert load_translation(path) == text
    path.write_bytes(text.replace("ISO-8859-1", "CHARSET").encode("latin-1"))
    with pytest.raises(BadTranslation, match="expected text in UTF-8 or the charset that the file names"):
        load_translation(path)


@pytest.mark.parametrize("stated", ["ar", "fr", "pt_BR"])
def test_file_in_another_language_is_refused(locales: Path, stated: str) -> None:
    text = export_translation("es", "letters", "po", locales).replace('"Language: es', f'"Language: {stated}')
    with pytest.raises(BadTranslation, match=f"expected es/letters, found a file in {stated}"):
        import_translation("es", "letters", text, "x.po", locales)


@pytest.mark.parametrize("stated", ["es", "es_MX", "es-419", ""])
def test_file_in_a_region_of_the_language_is_taken(locales: Path, stated: str) -> None:
    text = export_translation("es", "letters", "po", locales).replace('"Language: es', f'"Language: {stated}')
    assert import_translation("es", "letters", text, "x.po", locales).changed == 0


@pytest.mark.parametrize("format", FORMATS)
def test_sentence_with_two_translations_is_refused(locales: Path, format: str) -> None:
    text = export_translation("es", "letters", format, locales)  # type: ignore[arg-type]
    pattern, end = {
        "po": (r'((?:msgctxt[^\n]*\n)?msgid "Questions[^\n]*\nmsgstr[^\n]*\n)', ""),
        "xliff-1.2": (r"(<trans-unit (?:(?!<trans-unit ).)*?Questions.*?</trans-unit>)", "</body>"),
        "xliff-2.0": (r"(<unit (?:(?!<unit ).)*?Questions.*?</unit>)", "</file>"),
    }[format]
    found = re.search(pattern, text, re.DOTALL)
    assert found
    again = found[1].replace("¿Preguntas?", "¿Dudas?")
    text = text.replace(end, again + end) if end else f"{text}\n{again}"
    with pytest.raises(BadTranslation, match="expected each sentence once, found 'Questions"):
        import_translation("es", "letters", text, "x", locales)


@pytest.mark.parametrize("text", ["", "# nothing\n", 'msgid ""\nmsgstr ""\n"Language: es\\n"\n'])
def test_file_without_a_sentence_is_refused(locales: Path, text: str) -> None:
    with pytest.raises(BadTranslation, match="expected at least one sentence, found none"):
        import_translation("es", "letters", text, "x.po", locales)


def test_header_without_a_plural_rule_has_ours(locales: Path) -> None:
    text = export_translation("ar", "report", "po", locales)
    unstated = re.sub(r'"Plural-Forms:[^\n]*', r'"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\\n"', text)
    for each in (unstated, re.sub(r'"Plural-Forms:[^\n]*\n', "", text)):
        assert each != text
        assert import_translation("ar", "report", each, "x.po", locales).changed == 0
