"""Export and import of catalogs: a round trip changes no byte, and a file with a fault stores nothing and names it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.errors import BadTranslation, NotFound
from app.language.po_files import translation_path
from app.paths import LOCALES
from app.services.translations.exchange import export_translation, import_translation

FORMATS = ["po", "xliff-1.2", "xliff-2.0"]


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """A copy of two catalogs, one of them with plural forms."""
    for domain in ("letters", "report"):
        shutil.copy(LOCALES / f"{domain}.pot", tmp_path)
        for language in ("es", "ar"):
            path = translation_path(tmp_path, language, domain)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(translation_path(LOCALES, language, domain), path)
    return tmp_path


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("domain", ["letters", "report"])
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
