"""Every fault that a translation can have is found; the shipped survey catalogs have none."""

import re

import pytest

from app.language.completeness import check_catalogs, check_domain, find_domains, find_faults, width
from app.language.languages import LANGUAGES
from app.language.po_files import (
    PoEntry,
    format_translation,
    read_entries,
    store_domain,
    template_path,
    translation_path,
)
from app.paths import LOCALES

SENTENCE = PoEntry("Trust {agency} now", "A.text")
COUNT = PoEntry("{n} answer", plural="{n} answers")


def faults(template, *translated, forms=2):
    return [(found.fault, found.sentence) for found in find_faults("es", "tiny", [template], translated, forms)]


def translate(entry, *strings, fuzzy=False):
    return PoEntry(entry.text, entry.context, entry.plural, translation=strings, fuzzy=fuzzy)


def test_a_good_translation_has_no_fault():
    assert faults(SENTENCE, translate(SENTENCE, "Confíe en {agency} ahora")) == []
    assert faults(COUNT, translate(COUNT, "{n} respuesta", "{n} respuestas")) == []
    assert faults(COUNT, translate(COUNT, "una respuesta", "{n} respuestas")) == []


@pytest.mark.parametrize(
    ("fault", "translated"),
    [
        ("missing", []),
        ("missing", [translate(SENTENCE)]),
        ("fuzzy", [translate(SENTENCE, "Confíe en {agency}", fuzzy=True)]),
        ("placeholder", [translate(SENTENCE, "Confíe ahora")]),
        ("placeholder", [translate(SENTENCE, "Confíe en {agencia} ahora")]),
        ("placeholder", [translate(SENTENCE, "Confíe en {agency} {n}")]),
        ("placeholder", [translate(SENTENCE, "Confíe en {agency} ahora}")]),
        ("too long", [translate(SENTENCE, "{agency} " + "muy " * 30)]),
        ("untranslated", [translate(SENTENCE, "Trust {agency} now")]),
        ("plural", [translate(SENTENCE, "Confíe en {agency}", "Confíen en {agency}")]),
    ],
)
def test_a_fault_is_found(fault, translated):
    assert (fault, SENTENCE.text) in faults(SENTENCE, *translated)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Trust", 5),
        ("信任警察", 8),
        ("ទំនុកចិត្ត", 5),  # two vowel signs, and a consonant that is written below another
        ("ความเชื่อ", 7),
        ("हिन्दी", 2),
        ("ثِقة", 3),
        ("", 0),
    ],
)
def test_sentence_width_counts_letters_in_every_script(text, letters):
    assert width(text) == letters


def test_sentence_gone_from_the_template_is_stale():
    assert faults(SENTENCE, translate(SENTENCE, "Confíe en {agency}"), PoEntry("Old", translation=("Viejo",))) == [
        ("stale", "Old")
    ]


@pytest.mark.parametrize("strings", [("{n} respuestas",), ("{n} respuesta", ""), ("{n} a", "{n} b", "{n} c")])
def test_a_wrong_number_of_plural_forms_is_found(strings):
    assert ("plural", COUNT.text) in faults(COUNT, translate(COUNT, *strings))


def test_short_words_may_be_the_same_in_two_languages():
    assert faults(PoEntry("No"), PoEntry("No", translation=("No",))) == []


def test_missing_file_and_plural_rule_are_reported(tmp_path):
    store_domain(tmp_path, "tiny", [SENTENCE], [])
    assert [found.fault for found in check_domain(tmp_path, "tiny", ["es"])] == ["unreadable"]
    path = translation_path(tmp_path, "es", "tiny")
    path.parent.mkdir(parents=True)
    text = format_translation(
        LANGUAGES["es"], "nplurals=2; plural=(n != 1)", [translate(SENTENCE, "Confíe en {agency}")]
    )
    path.write_text(text, "utf-8")
    assert check_domain(tmp_path, "tiny", ["es"]) == []
    path.write_text(text.replace('"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n', ""), "utf-8")
    assert [found.fault for found in check_domain(tmp_path, "tiny", ["es"])] == ["plural"]
    path.write_text(text + '\nmsgid "a"\nmsgid_plural "b"\nmsgstr[7] "c"\n', "utf-8")
    assert [found.fault for found in check_domain(tmp_path, "tiny", ["es"])] == ["unreadable"]


def test_a_fault_reads_as_one_line():
    (found,) = find_faults("es", "tiny", [SENTENCE], [], 2)
    assert str(found) == "es/tiny: missing: 'Trust {agency} now' (A.text)"


@pytest.mark.parametrize("domain", ["community-trust", "staff", "partners"])
@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_the_shipped_surveys_are_complete(domain, language):
    assert list(map(str, check_domain(LOCALES, domain, [language]))) == []


def test_agency_name_fits_every_spanish_and_arabic_sentence():
    """Names come with an article, which Spanish fuses with `de` and `a`, and no Arabic prefix may touch a name."""
    fused = {"es": re.compile(r"\b(?:de|a) \{agency\}"), "ar": re.compile(r"\w\{agency\}")}
    for language, pattern in fused.items():
        entries = read_entries(translation_path(LOCALES, language, "community-trust"))
        with_name = [form for entry in entries for form in entry.translation if "{agency}" in form]
        assert len(with_name) > 10
        assert [form for form in with_name if pattern.search(form)] == []


def test_check_of_all_catalogs_covers_every_template_domain(tmp_path):
    for domain in ("one", "two"):
        store_domain(tmp_path, domain, [SENTENCE], [])
    assert find_domains(tmp_path) == ["one", "two"]
    assert {(found.domain, found.language) for found in check_catalogs(tmp_path)} == {
        (domain, code) for domain in ("one", "two") for code in LANGUAGES if code != "en"
    }
    assert template_path(tmp_path, "one").exists()


@pytest.mark.parametrize(
    ("text", "translated", "is_fault"),
    [
        ("<b>Yes</b>, please", "<b>Sí</b>, gracias", False),
        ("<b>Yes</b>, please", "<b>Sí, gracias", True),
        ("Yes, please", "<i>Sí</i>", True),
        ("Yes &amp; please", "Sí y gracias", True),
        ("Yes, please", "Sí &", False),
        ("Yes, please", "Sí, gracias ", True),
        ("Yes, please", "Sí,\u202egracias", True),
        ("Yes, please", "Sí,\x00gracias", True),
        ("Yes, please", "បាទ\u200bចាស", False),  # where a Khmer word ends, for line breaks
    ],
)
def test_markup_and_hidden_characters_are_found(text, translated, is_fault):
    entry = PoEntry(text)
    assert (("markup", text) in faults(entry, translate(entry, translated))) is is_fault


@pytest.mark.parametrize(("language", "faults"), [("de", ["untranslated"]), ("fr", [])])
def test_a_word_shared_with_english_is_a_translation(language: str, faults: list[str]) -> None:
    word = PoEntry("Question")
    assert [each.fault for each in find_faults(language, "report", [word], [translate(word, "Question")], 2)] == faults


@pytest.mark.parametrize(
    ("language", "wrong", "right"),
    [
        ("fr", "Pourquoi ?", "Pourquoi\u202f?"),
        ("zh-Hans", "为什么?", "为什么？"),
        ("ja", "はい。 いいえ。", "はい。いいえ。"),
        ("ar", "لماذا?", "لماذا؟"),
        ("fa", "كتاب", "کتاب"),
        ("ur", "«کتاب»", "“کتاب”"),
        ("es", "Por qué?", "¿Por qué?"),
        ("hi", "हाँ.", "हाँ।"),
    ],
)
def test_typography_of_a_language_is_checked(language: str, wrong: str, right: str) -> None:
    word = PoEntry("Why?")
    found = [find_faults(language, "report", [word], [translate(word, each)], 2) for each in (wrong, right)]
    assert [[each.fault for each in faults] for faults in found] == [["typography"], []]
