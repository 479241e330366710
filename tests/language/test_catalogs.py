"""Catalogs from PO files: contexts, plural forms, placeholders and missing sentences."""

import os

import pytest

from app.language.catalogs import MissingSentence, load_catalog

HEADER = (
    'msgid ""\nmsgstr ""\n"Language: {}\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: {}\\n"\n\n'
)
PLURALS = {
    "es": "nplurals=2; plural=(n != 1);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
    "mww": "nplurals=1; plural=0;",
}


def write_po(root, language, body, domain="tiny"):
    path = root / language / "LC_MESSAGES" / f"{domain}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER.format(language, PLURALS[language]) + body, "utf-8")
    return path


def test_a_sentence_is_found_by_its_context(tmp_path):
    body = 'msgctxt "verb"\nmsgid "Answer"\nmsgstr "Contestar"\n\nmsgid "Answer"\nmsgstr "Respuesta"\n'
    write_po(tmp_path, "es", body)
    words = load_catalog("es", "tiny", tmp_path)
    assert (words.text("Answer", "verb"), words.text("Answer")) == ("Contestar", "Respuesta")


def test_placeholders_are_filled_with_values_like_placeholders(tmp_path):
    write_po(tmp_path, "es", 'msgid "Trust {agency}"\nmsgstr "Confíe en {agency}"\n')
    assert load_catalog("es", "tiny", tmp_path).text("Trust {agency}", agency="{n}") == "Confíe en {n}"


def test_placeholder_without_a_value_raises_key_error(tmp_path):
    with pytest.raises(KeyError):
        load_catalog("en", "tiny", tmp_path).text("Trust {agency}")


def test_catalog_cannot_read_attributes_of_a_value(tmp_path):
    write_po(tmp_path, "es", 'msgid "About {agency}"\nmsgstr "{agency.__class__} {agency}"\n')
    assert load_catalog("es", "tiny", tmp_path).text("About {agency}", agency="X") == "{agency.__class__} X"


def test_english_needs_no_catalog(tmp_path):
    words = load_catalog("en", "tiny", tmp_path)
    assert words.text("Hello") == "Hello"
    assert [words.plural("{n} answer", "{n} answers", n) for n in (0, 1, 2)] == ["0 answers", "1 answer", "2 answers"]


@pytest.mark.parametrize("body", ["", 'msgid "Hello"\nmsgstr ""\n', '#, fuzzy\nmsgid "Hello"\nmsgstr "Hola"\n'])
def test_missing_empty_or_fuzzy_sentence_is_reported(tmp_path, body):
    write_po(tmp_path, "es", body)
    with pytest.raises(MissingSentence, match=r"Expected a es translation in tiny.po of 'Hello'"):
        load_catalog("es", "tiny", tmp_path).text("Hello")


def test_a_missing_sentence_can_be_asked_for_leniently(tmp_path):
    assert load_catalog("es", "tiny", tmp_path).text("Hello", strict=False) == "Hello"


@pytest.mark.parametrize(
    ("language", "forms", "expected"),
    [
        ("es", 2, {0: 1, 1: 0, 2: 1, 5: 1, 11: 1, 100: 1}),
        ("ar", 6, {0: 0, 1: 1, 2: 2, 5: 3, 11: 4, 100: 5}),
        ("mww", 1, {0: 0, 1: 0, 2: 0, 5: 0, 11: 0, 100: 0}),
    ],
)
def test_the_plural_rule_is_that_of_the_header(tmp_path, language, forms, expected):
    strings = "".join(f'msgstr[{number}] "form {number} of {{n}}"\n' for number in range(forms))
    write_po(tmp_path, language, f'msgid "{{n}} answer"\nmsgid_plural "{{n}} answers"\n{strings}')
    words = load_catalog(language, "tiny", tmp_path)
    found = {n: words.plural("{n} answer", "{n} answers", n) for n in expected}
    assert found == {n: f"form {form} of {n}" for n, form in expected.items()}


def test_a_changed_file_is_read_again(tmp_path):
    path = write_po(tmp_path, "es", 'msgid "Hello"\nmsgstr "Hola"\n')
    assert load_catalog("es", "tiny", tmp_path) is load_catalog("es", "tiny", tmp_path)
    write_po(tmp_path, "es", 'msgid "Hello"\nmsgstr "Buenas"\n')
    os.utime(path, ns=(1, 1))
    assert load_catalog("es", "tiny", tmp_path).text("Hello") == "Buenas"
