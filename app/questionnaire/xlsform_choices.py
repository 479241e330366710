"""The lists of a form: every choice gets a code, "don't know" and "prefer not to answer" those that stand apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from app.language.languages import SOURCE
from app.questionnaire.definition import DONT_KNOW, PREFER_NOT, ChoiceList, Row
from app.questionnaire.relevance import NotUnderstood
from app.questionnaire.shape import LARGEST_CODE
from app.questionnaire.xlsform_expressions import Node, columns_in, read_expression, replace_columns
from app.questionnaire.xlsform_sheets import ROW
from app.questionnaire.xlsform_words import Words

OFF_SCALE = {DONT_KNOW: "dont_know", PREFER_NOT: "prefer_not"}
# The whole label, without case and signs.
LABELS = {
    DONT_KNOW: frozenset(("dont know", "do not know", "i dont know", "i do not know", "dk")),
    PREFER_NOT: frozenset(
        (
            "prefer not to answer", "prefer not to say", "i prefer not to answer", "i prefer not to say", "refused",
            "refuse", "refused to answer", "refuse to answer", "declined to answer", "decline to answer",
            "id rather not say", "i would rather not say", "rather not say",
        )
    ),
}  # fmt: skip
# A part of the label, where the name of the choice already stands apart.
PARTS = {DONT_KNOW: ("know", "not sure", "unsure"), PREFER_NOT: ("refus", "prefer not", "declin", "rather not")}
NAMES = {
    DONT_KNOW: frozenset(("dk", "dont_know", "dontknow", "don_t_know", "do_not_know", "idk", "dnk")),
    PREFER_NOT: frozenset(
        ("refused", "refuse", "ref", "rf", "pna", "pnta", "pnts", "prefer_not", "prefer_not_to_say",
         "prefer_not_to_answer", "declined")
    ),
}  # fmt: skip
USUAL = {"-98": DONT_KNOW, "-99": PREFER_NOT, "-88": DONT_KNOW}
OTHER, OTHER_LABEL = "other", "Other"


@dataclass(frozen=True)
class Lists:
    """The lists of the sheet `choices` by their names; codes follow the words of the source."""

    rows: Mapping[str, Sequence[Row]]
    words: Words
    source: Words
    duplicates: bool = False

    def find(self, name: str) -> Sequence[Row]:
        """The rows of a list; raises `NotUnderstood`."""
        if not self.rows.get(name):
            known = ", ".join(self.rows) or "none"
            raise NotUnderstood(f"expected a list of the sheet choices, found {name!r} (there are {known})")
        return self.rows[name]

    def read(self, name: str, kept: Sequence[Row] | None = None, or_other: bool = False) -> ChoiceList:
        """The choices of a question of another tool, those that its filter kept; raises `NotUnderstood`.

        A choice has the same code whichever rows a filter kept.
        """
        found = self.find(name)
        codes = self._number(found, name, filtered=kept is not None)
        labels = self._labels(found if kept is None else kept, name)
        if or_other and OTHER not in codes:
            codes, labels = codes | {OTHER: free_code(codes.values())}, labels | {OTHER: self.words.fixed(OTHER_LABEL)}
        offered = {each: codes[each] for each in labels}
        options = {code: DoubleQuotedScalarString(labels[each]) for each, code in offered.items() if code >= 0}
        return ChoiceList(options, offered)

    def _labels(self, rows: Sequence[Row], name: str) -> dict[str, str]:
        labels: dict[str, str] = {}
        for row in rows:
            each = row.get("name", "")
            if each in labels:
                raise NotUnderstood(f"list {name} has choice {each!r} twice (sheet choices, row {row[ROW]})")
            text = self.words.read(row, "label") or (self.words.fixed(each) if is_wordless(row) else None)
            if not text:
                raise NotUnderstood(f"choice {each!r} of list {name} has no words (sheet choices, row {row[ROW]})")
            labels[each] = text
        return labels

    def _number(self, rows: Sequence[Row], name: str, filtered: bool) -> dict[str, int]:
        """The code of every name: numbers stay, "don't know" stands apart, words take the next free number."""
        found: dict[str, int] = {}
        for row in rows:
            each = row.get("name", "")
            if not each:
                raise NotUnderstood(f"list {name} has a choice without a name (sheet choices, row {row[ROW]})")
            if each in found and not (self.duplicates or filtered):
                raise NotUnderstood(f"list {name} has choice {each!r} twice (sheet choices, row {row[ROW]})")
            code = self._apart(row)
            if code is not None and code not in found.values():
                found[each] = code
            else:
                found.setdefault(each, -1)
        return _fill(found)

    def _apart(self, row: Row) -> int | None:
        try:
            label = self.source.read(row, "label") or ""
        except NotUnderstood:
            return None
        return find_off_scale(row.get("name", ""), label, self.source.language in (SOURCE, ""))


def is_wordless(row: Row) -> bool:
    """Whether a choice has no label in any language, such as one that is only a picture."""
    return not any(column.partition("::")[0] == "label" for column in row)


def _fill(found: dict[str, int]) -> dict[str, int]:
    """Give a code to every name that has none (-1): its own number, or the next free one."""
    words = [name for name, code in found.items() if code == -1]
    numbers = {name: int(name) for name in words if name.isdecimal() and name.isascii() and len(name) < 6}
    numbers = {name: number for name, number in numbers.items() if number <= LARGEST_CODE}
    if len(set(numbers.values())) < len(numbers):
        numbers = {}
    taken = {name: code for name, code in found.items() if code != -1} | numbers
    for name in words:
        if name not in taken:
            taken[name] = free_code(taken.values())
    return {name: taken[name] for name in found}


def free_code(taken: Collection[int]) -> int:
    """The lowest number from 1 that is not taken."""
    return next(number for number in range(1, len(taken) + 2) if number not in taken)


def find_off_scale(name: str, label: str, english: bool) -> int | None:
    """The code of "don't know" or "prefer not to answer", where a choice means that.

    >>> find_off_scale("-98", "Don't know", True), find_off_scale("9", "Refused", True), find_off_scale("1", "No", True)
    (-8, -7, None)
    """
    plain = re.sub(r"[^a-z ]", "", label.lower().replace("-", " ")).strip()
    for code, labels in LABELS.items():
        if plain in labels:
            return code
    named = next((code for code, names in NAMES.items() if name.lower() in names), None)
    if named is not None:
        return named
    if not re.fullmatch(r"-\d+", name):
        return None
    meant = [code for code, parts in PARTS.items() if any(part in plain for part in parts)]
    return meant[0] if len(meant) == 1 else None if english else USUAL.get(name)


def read_filter(text: str, rows: Sequence[Row]) -> tuple[Node, list[str]]:
    """The tree of a choice_filter, and the words in it that are no column of these rows: forms mean them as texts."""
    columns = {column for row in rows for column in row}
    tree = read_expression(text)
    words = [word for word in columns_in(tree) if word.lower() not in columns]
    return replace_columns(tree, words), words
