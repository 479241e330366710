"""Templates and translations as files: they come back as written, carry no dates, and keep what translators did."""

from hypothesis import given
from hypothesis import strategies as st

from app.language.languages import LANGUAGES, Language
from app.language.po_files import (
    PoEntry,
    count_plural_forms,
    format_template,
    format_translation,
    merge,
    read_entries,
    store_domain,
    translation_path,
)

SPANISH = LANGUAGES["es"]
PLURALS = "nplurals=2; plural=(n != 1);"
LETTERS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1)
WORDS = st.text(st.sampled_from("añب\"\\{}n%#~|': \n\t"), min_size=1, max_size=20) | LETTERS


@given(text=WORDS, context=st.none() | LETTERS, translation=WORDS)
def test_a_sentence_comes_back_as_it_was_written(tmp_path_factory, text, context, translation):
    path = tmp_path_factory.mktemp("po") / "tiny.po"
    entry = PoEntry(text, context, translation=(translation,))
    path.write_text(format_translation(SPANISH, PLURALS, [entry]), "utf-8", newline="\n")
    (back,) = read_entries(path)
    assert (back.text, back.context, back.translation) == (text, context, (translation,))


def test_a_plural_comes_back_with_its_note_and_place(tmp_path):
    path = tmp_path / "tiny.po"
    entry = PoEntry("{n} a", None, "{n} as", "A note.", "app/web/x.html", ("{n} b", "{n} bs"), fuzzy=True)
    path.write_text(format_translation(SPANISH, PLURALS, [entry]), "utf-8")
    assert read_entries(path) == [entry]
    assert count_plural_forms(path) == 2


def test_files_carry_no_date():
    for text in (format_template("tiny", []), format_translation(SPANISH, PLURALS, [])):
        assert "Date" not in text


def test_update_keeps_translations_and_flags_changed_words():
    before = [PoEntry("Old words", "A.text", translation=("Viejo",)), PoEntry("Gone", "B.text", translation=("Ido",))]
    after = merge([PoEntry("New words", "A.text"), PoEntry("More", "C.text")], before)
    assert after == [PoEntry("New words", "A.text", translation=("Viejo",), fuzzy=True), PoEntry("More", "C.text")]


def test_sentence_without_context_takes_no_other_translation():
    assert merge([PoEntry("New")], [PoEntry("Old", translation=("Viejo",))]) == [PoEntry("New")]


def test_storing_twice_changes_nothing(tmp_path):
    entries = [PoEntry("Hello", "A.text", comment="Say it kindly.", location="x.yaml")]
    assert len(store_domain(tmp_path, "tiny", entries, [SPANISH])) == 2
    assert store_domain(tmp_path, "tiny", entries, [SPANISH]) == []


def test_a_new_language_starts_with_its_own_plural_rule(tmp_path):
    hmong = Language("mww", "Hmoob", "Hmong", "ltr", "en_US", plural_forms="nplurals=1; plural=0;")
    store_domain(tmp_path, "tiny", [PoEntry("{n} a", plural="{n} as")], [hmong, LANGUAGES["ar"]])
    assert count_plural_forms(translation_path(tmp_path, "mww", "tiny")) == 1
    assert count_plural_forms(translation_path(tmp_path, "ar", "tiny")) == 6
