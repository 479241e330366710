"""XLIFF 1.2 and 2.0 carry a catalog there and back without loss, and hide placeholders from translators' tools."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadTranslation
from app.language.completeness import find_domains
from app.language.languages import LANGUAGES
from app.language.po_files import PoEntry, count_plural_forms, read_entries, translation_path
from app.language.xliff import Exchanged, format_xliff, read_xliff
from app.paths import LOCALES

VERSIONS = ["1.2", "2.0"]
LETTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
PIECES = st.sampled_from(["\n", "{agency}", "<b>", "&amp;", " ", "ខ្មែរ"]) | st.text(LETTERS, min_size=1, max_size=8)
WORDS = st.lists(PIECES, min_size=1, max_size=5).map("".join)


@st.composite
def entries(draw, forms=3):
    plural = draw(st.none() | WORDS)
    count = forms if plural is not None else 1
    translation = draw(st.just(()) | st.tuples(*[WORDS] * count))
    return PoEntry(
        draw(WORDS),
        draw(st.none() | st.just("") | WORDS),
        plural,
        draw(st.just("") | WORDS),
        draw(st.just("") | st.just("app/web/a.py app/web/b.py")),
        translation,
        bool(translation) and draw(st.booleans()),
    )


@pytest.mark.parametrize("version", VERSIONS)
@given(found=st.lists(entries(), max_size=5))
def test_random_catalogs_survive_a_round_trip(version, found):
    exchanged = Exchanged("ru", "tiny", tuple(found))
    assert read_xliff(format_xliff(version, exchanged, 3), "ru.xlf") == exchanged


@pytest.mark.parametrize("version", VERSIONS)
def test_shipped_catalogs_survive_a_round_trip(version):
    for language in set(LANGUAGES) - {"en"}:
        for domain in find_domains(LOCALES):
            path = translation_path(LOCALES, language, domain)
            exchanged = Exchanged(language, domain, tuple(read_entries(path)))
            assert read_xliff(format_xliff(version, exchanged, count_plural_forms(path)), "x") == exchanged


@pytest.mark.parametrize("version", VERSIONS)
def test_a_placeholder_is_an_element_that_no_tool_translates(version):
    text = format_xliff(
        version, Exchanged("es", "tiny", (PoEntry("Trust {agency}", translation=("Confíe en {agency}",)),)), 2
    )
    found = [each for each in ElementTree.fromstring(text).iter() if each.tag.endswith("}ph")]
    assert [each.get("equiv") or each.get("equiv-text") for each in found] == ["{agency}", "{agency}"]


def test_a_tool_that_writes_a_placeholder_as_text_is_understood():
    text = format_xliff("1.2", Exchanged("es", "tiny", (PoEntry("Trust {agency}", translation=("Confíe",)),)), 2)
    (entry,) = read_xliff(text.replace("Confíe", "Confíe en {agency}"), "x").entries
    assert entry.translation == ("Confíe en {agency}",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "a fault at line 1"),
        ("<xliff", "a fault at line 1"),
        ("<html/>", "an XLIFF file of version 1.2 or 2.0"),
        ('<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0"/>', "an XLIFF file of version"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><xliff>&a;</xliff>', "without a document type"),
    ],
)
def test_file_that_is_no_xliff_is_refused_in_one_sentence(text, found):
    with pytest.raises(BadTranslation, match=found):
        read_xliff(text, "es.xlf")
