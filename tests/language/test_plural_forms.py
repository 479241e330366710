"""Plural forms follow the numbers that they are for, not their place in the file."""

import pytest
from babel.messages.pofile import PoFileError

from app.language.plural_forms import BadPluralRule, numbers_of, order_of_forms
from app.language.po_files import parse_entries

OURS = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=0 && n%100<=2 ? 4 : 5);"
USUAL = "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;"
RUSSIAN = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
TURNED = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 2 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 0 : 1);"
FILE = """msgid ""
msgstr ""
"Content-Type: text/plain; charset={charset}\\n"
"Plural-Forms: {rule}\\n"

msgid "{{n}} person"
msgid_plural "{{n}} people"
{forms}
"""


def catalog(rule, forms, charset="UTF-8"):
    return FILE.format(charset=charset, rule=rule, forms="\n".join(f'msgstr[{k}] "{x}"' for k, x in enumerate(forms)))


@pytest.mark.parametrize(
    ("theirs", "ours", "order"),
    [
        (OURS, OURS, (0, 1, 2, 3, 4, 5)),
        (USUAL, OURS, (0, 1, 2, 3, 5, 4)),
        (TURNED, RUSSIAN, (2, 0, 1)),
        ("nplurals=2; plural=n==1;", "nplurals=2; plural=(n != 1);", (1, 0)),
        ("nplurals=2; plural=(n != 1);", "nplurals=2; plural=(n > 1);", (0, 1)),
        ("nplurals=1; plural=0;", "nplurals=1; plural=0;", (0,)),
    ],
)
def test_forms_are_matched_by_their_numbers(theirs, ours, order):
    assert order_of_forms(theirs, ours) == order


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("nplurals=2; plural=(n != 1);", "expected 6 plural forms .*, found 2"),
        ("nplurals=6; plural=0;", "expected forms for the numbers of"),
        ("nplurals=6; plural=n/0;", "that can be computed"),
        ("nplurals=6; plural=import;", "that can be computed"),
        ("nplurals=6; plural=n;", "expected forms from 0 to 5"),
        ("no rule", "expected a rule such as"),
    ],
)
def test_another_rule_is_refused_in_a_sentence(rule, found):
    with pytest.raises(BadPluralRule, match=found):
        order_of_forms(rule, OURS)


def test_an_imported_file_gets_our_order():
    [entry] = parse_entries(catalog(USUAL, "012345"), OURS)
    assert entry.translation == ("0", "1", "2", "3", "5", "4")
    assert numbers_of(OURS)[4] == (100, 101, 102, 200) or numbers_of(OURS)[4] == (100, 101, 102, 1000)


@pytest.mark.parametrize("charset", ["CHARSET", "ISO-8859-1", "utf-8"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_charset_and_byte_order_prefix_are_accepted(charset, mark):
    [entry] = parse_entries(
        mark + catalog("nplurals=2; plural=(n != 1);", ["é", "ü"], charset), "nplurals=2; plural=n!=1;"
    )
    assert entry.translation == ("é", "ü")


def test_a_form_too_many_is_refused():
    with pytest.raises(PoFileError):
        parse_entries(catalog("nplurals=1; plural=0;", "ab"), "nplurals=1; plural=0;")
