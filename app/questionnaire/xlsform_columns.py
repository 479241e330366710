"""The names that forms use: of columns, of types and for yes, as ODK and its tools accept them."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Other names of a column; `bind::x`, `control::x` and `body::x` mean `x` as well.
COLUMNS = {
    "relevance": "relevant",
    "caption": "label",
    "command": "type",
    "tag": "name",
    "value": "name",
    "listname": "list_name",
    "readonly": "read_only",
    "calculate": "calculation",
    "constraining_message": "constraint_message",
    "requiredmsg": "required_message",
    "jr:constraintmsg": "constraint_message",
    "jr:requiredmsg": "required_message",
    "jr:count": "repeat_count",
    "count": "repeat_count",
    "image": "media",
    "big-image": "media",
    "audio": "media",
    "video": "media",
}
SETTINGS_COLUMNS = {
    "title": "form_title",
    "set_form_title": "form_title",
    "set_form_id": "form_id",
    "id_string": "form_id",
}
# These columns hold no words, so that a language behind their name changes nothing.
WORDLESS = frozenset(
    (
        "type", "name", "list_name", "relevant", "constraint", "choice_filter", "calculation", "disabled", "read_only",
        "required", "appearance", "parameters", "default", "trigger", "repeat_count",
    )
)  # fmt: skip
OUTER = ("bind", "control", "body", "instance")

# The type of a question by all its names, without case, the longest first; a list follows where the type has choices.
TYPES = {
    "add select one prompt using": "select_one",
    "select one from": "select_one",
    "select one using": "select_one",
    "select one": "select_one",
    "select1": "select_one",
    "q select1": "select_one",
    "add select multiple prompt using": "select_multiple",
    "select all that apply from": "select_multiple",
    "select all that apply": "select_multiple",
    "select multiple from": "select_multiple",
    "select multiple using": "select_multiple",
    "select multiple": "select_multiple",
    "q select": "select_multiple",
    "rank": "rank",
    "integer": "integer",
    "int": "integer",
    "q int": "integer",
    "add integer prompt": "integer",
    "range": "range",
    "date": "date",
    "q date": "date",
    "add date prompt": "date",
    "note": "note",
    "q note": "note",
    "add note prompt": "note",
    "score row": "score row",
}
WITH_LIST = ("select_one", "select_multiple", "rank")
METADATA = frozenset(
    (
        "start", "end", "today", "deviceid", "device id", "imei", "phonenumber", "phone number", "username", "email",
        "subscriberid", "subscriber id", "simserial", "sim id", "audit", "start time", "end time", "text audit",
        "get start time", "get end time", "get today", "get device id", "get phone number", "get subscriber id",
        "get sim id", "uri:deviceid", "uri:phonenumber", "uri:username", "uri:email", "uri:simserial",
        "uri:subscriberid", "caseid",
    )
)  # fmt: skip
YES = frozenset(("yes", "true", "true()", "1"))
GROUP_WORDS = ("group", "lgroup")
_OTHER = re.compile(r"\s+(?:or[_ ]other|or specify other)$", re.IGNORECASE)


@dataclass(frozen=True)
class Type:
    """The type of a row: its word, its list of choices, and whether the form adds a choice "Other"."""

    word: str
    list_name: str = ""
    or_other: bool = False


def column_name(header: str) -> str:
    """The name of a column as this program uses it; the language stays behind `::`.

    >>> column_name("bind::relevant"), column_name("Label:English (en)"), column_name("List Name")
    ('relevant', 'label::English (en)', 'list_name')
    >>> column_name("relevant::English (en)")
    'relevant'
    """
    text = " ".join(header.split())
    first, _, rest = text.partition(":")
    rest = rest.lstrip(":").strip()
    word = _plain(first)
    if word in OUTER and rest:
        return _alias(rest)
    if word == "media":
        return word
    if word == "jr" or not rest:
        return _alias(text)
    name = COLUMNS.get(word, word)
    return name if name in WORDLESS else f"{name}::{rest}"


def settings_name(header: str) -> str:
    """The name of a column of the sheet `settings`."""
    word = _plain(header)
    return SETTINGS_COLUMNS.get(word, word)


def _alias(text: str) -> str:
    word = _plain(text)
    return COLUMNS.get(word, word)


def _plain(text: str) -> str:
    return text.strip().lower().replace(" ", "_")


def read_type(text: str) -> Type:
    """The type of a row, by any of its names.

    >>> read_type("Select_One yn"), read_type("begin_group").word
    (Type(word='select_one', list_name='yn', or_other=False), 'begin group')
    """
    text = " ".join(text.split())
    plain = re.sub(r"[_ ]+", " ", text.lower())
    if plain in METADATA:
        return Type("metadata")
    if found := re.fullmatch(r"(begin|end) (\w+)\b.*", plain):
        return Type(f"{found[1]} {'group' if found[2] in GROUP_WORDS else found[2]}")
    for name in sorted(TYPES, key=len, reverse=True):
        pattern = re.sub(" ", "[_ ]+", re.escape(name).replace(r"\ ", " "))
        if found := re.fullmatch(rf"{pattern}(?:\s+(?P<list>.+))?", text, re.IGNORECASE):
            return _with_list(TYPES[name], found["list"] or "")
    return Type(plain)


def _with_list(word: str, rest: str) -> Type:
    if word not in WITH_LIST:
        return Type(word)
    name = _OTHER.sub("", rest)
    return Type(word, name.strip(), name != rest)


def is_yes(text: str | None) -> bool:
    return (text or "").strip().lower() in YES
