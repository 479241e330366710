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


@pytest.mark.slow
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


OLD = '<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2">{}</xliff>'
OLD_FILE = '<file original="tiny" source-language="en" target-language="ar-SA" datatype="po"><body>{}</body></file>'
NEW = (
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="es">'
    '<file id="f" original="tiny">{}</file></xliff>'
)


def old(units):
    return read_xliff(OLD.format(OLD_FILE.format(units)), "x").entries


def test_a_suggestion_never_becomes_the_translation():
    units = (
        '<trans-unit id="1"><source>Hello</source><note>Hi</note><alt-trans><source>Hell</source>'
        '<target>Infierno</target></alt-trans></trans-unit><trans-unit id="2"><alt-trans><source>Bye</source>'
        "<target>Chao</target></alt-trans><source>Goodbye</source><target>Adi\u00f3s</target></trans-unit>"
    )
    assert [(each.text, each.translation) for each in old(units)] == [("Hello", ()), ("Goodbye", ("Adi\u00f3s",))]
    matches = (
        '<unit id="1" xmlns:m="urn:oasis:names:tc:xliff:matches:2.0"><m:matches><m:match ref="#1"><source>Hell</source>'
        "<target>Infierno</target></m:match></m:matches><segment><source>Hello</source></segment></unit>"
    )
    assert [(each.text, each.translation) for each in read_xliff(NEW.format(matches), "x").entries] == [("Hello", ())]


def test_several_segments_are_joined_in_order():
    unit = (
        '<unit id="1"><segment state="final"><source>One. </source><target>Uno. </target></segment><ignorable>'
        '<source> </source></ignorable><segment state="{}"><source>Two.</source>{}</segment></unit>'
    )
    whole = NEW.format(unit.format("final", "<target>Dos.</target>"))
    [entry] = read_xliff(whole, "x").entries
    assert (entry.text, entry.translation, entry.fuzzy) == ("One.  Two.", ("Uno.  Dos.",), False)
    [part] = read_xliff(NEW.format(unit.format("final", "")), "x").entries
    assert part.translation == ()
    [fuzzy] = read_xliff(NEW.format(unit.format("initial", "<target>Dos.</target>")), "x").entries
    assert fuzzy.fuzzy
    turned = whole.replace("<target>Uno", '<target order="3">Uno').replace("<target>Dos", '<target order="1">Dos')
    assert read_xliff(turned, "x").entries[0].translation == ("Dos. Uno. ",)
    marks = (
        '<trans-unit id="1"><source>A. B.</source><target><mrk mtype="seg">C. </mrk><mrk>D.</mrk></target></trans-unit>'
    )
    assert old(marks)[0].translation == ("C. D.",)


def test_plural_forms_follow_their_ids_and_groups_hold_units():
    units = (
        '<group id="9"><trans-unit id="9.1"><source>A</source><target>B</target></trans-unit></group>'
        '<group id="2" restype="x-gettext-plurals"><note from="singular">{0} a</note><note from="plural">{0} as</note>'
        '<trans-unit id="2.1"><source>x</source><target>many</target></trans-unit>'
        '<trans-unit id="2.0"><source>x</source><target>one</target></trans-unit></group>'
    )
    assert [(each.text, each.plural, each.translation) for each in old(units)] == [
        ("A", None, ("B",)),
        ("{0} a", "{0} as", ("one", "many")),
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_each_form_says_which_numbers_it_is_for(version):
    numbers = ((0,), (1,), (2, 3))
    exchanged = Exchanged("ar", "tiny", (PoEntry("{n} a", None, "{n} as"),))
    text = format_xliff(version, exchanged, 3, numbers)
    assert read_xliff(text, "x") == exchanged
    assert [text.count(each) for each in ("for 0<", "for 1<", "for 2, 3<")] == [1, 1, 1]
    sources = [each for each in ElementTree.fromstring(text).iter() if each.tag.endswith("}source")]
    assert ["".join(each.itertext()).endswith("as") or each[0].tail == " as" for each in sources] == [True, False, True]


def test_files_of_two_languages_are_refused():
    other = OLD_FILE.replace("ar-SA", "es")
    with pytest.raises(BadTranslation, match="expected one catalog in one language, found ar-SA/tiny, es/tiny"):
        read_xliff(OLD.format(OLD_FILE.format("") + other.format("")), "x")
