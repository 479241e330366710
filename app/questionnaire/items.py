"""Reads items: each field on its own, then by their kind, then one item for every column or option of `for_each`.

Conditions wait until every item is known; they travel beside the item as written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.questionnaire.conditions import Names, RuleReader
from app.questionnaire.definition import FileItem, Item, Kind, Option, Scale
from app.questionnaire.kinds import ITEM, KIND_FIELDS, KINDS, owners_of
from app.questionnaire.options import check_text
from app.questionnaire.problems import ProblemList
from app.questionnaire.rules import Atom, Rule, all_of
from app.questionnaire.yaml_document import line_of, read_fields

MOST_KEY_LEVELS = 15


@dataclass(frozen=True)
class Written:
    """An item with its condition still as written, and its line."""

    item: Item
    line: int
    condition: object = None
    condition_line: int = 0
    own_rule: Rule | None = None
    waiting: bool = False

    def with_rule(self, names: Names, problem_list: ProblemList) -> Item:
        """The item with its condition read; `for_each` adds its own."""
        rules = [self.own_rule] if self.own_rule else []
        if self.condition is not None:
            reader = RuleReader(names.within(self.item), self.item.code, problem_list)
            rule = reader.read(self.condition, self.condition_line)
            rules += [rule] if rule else []
        return replace(self.item, show_if=all_of(*rules)) if rules else self.item


@dataclass
class ItemReader:
    """Reads the items of a file in order, remembering those before for `for_each`."""

    scales: Mapping[str, Scale]
    defaults: Mapping[str, Any]
    lists: Mapping[str, tuple[Option, ...]]
    switched_on: frozenset[str]
    problem_list: ProblemList
    known: dict[str, int] = field(default_factory=dict)
    multiples: dict[str, Item] = field(default_factory=dict)

    def read(self, node: Any, section: str, sensitive: bool, line: int) -> Iterator[Written]:
        """One item, or several made by `for_each`."""
        code = node.get("code") if isinstance(node, dict) else None
        place = code if isinstance(code, str) else f"item in section {section}"
        fields = read_fields(node, ITEM, place, line, self.problem_list)
        if "code" not in fields or "text" not in fields:
            return
        code = fields["code"]
        if code in self.known:
            self.problem_list.add(line, code, f"expected every code once; line {self.known[code]} has it already")
            return
        self.known[code] = line
        for name in ("text", "note"):
            allowed = ("agency", "option") if "for_each" in fields else ("agency",)
            check_text(fields.get(name), allowed, code, line, self.problem_list)
        kind = self._kind(fields, line)
        file = FileItem(code, line, fields, self.scales, self.lists, self.problem_list)
        written = self._written(node, file, kind, section, sensitive)
        if kind.takes_several and not written.waiting:
            self.multiples[code] = written.item
        made = list(self._split(written, file))
        yield from self._for_each(fields, made) if "for_each" in fields else made

    def _written(self, node: Any, file: FileItem, kind: Kind, section: str, sensitive: bool) -> Written:
        fields = file.fields
        self._check_fields(file, kind)
        options = kind.file.read(file)
        item = Item(
            code=file.code,
            kind=kind,
            text=fields["text"].strip(),
            section=section,
            options=options,
            note=fields.get("note"),
            scale=fields.get("scale") if any(field.name == "scale" for field in kind.file.fields) else None,
            reversed=fields.get("reversed", False),
            sensitive=fields.get("sensitive", sensitive),
            key_variable=fields.get("key_variable"),
            visible=fields.get("visible", False),
            construct=fields.get("construct"),
            dont_know=fields.get("dont_know", self.defaults.get("dont_know", False)),
            prefer_not=fields.get("prefer_not", self.defaults.get("prefer_not", False)),
        )
        self._check_together(file, item)
        off = fields.get("off_by_default", False) and file.code not in self.switched_on
        return Written(
            item,
            file.line,
            fields.get("show_if"),
            line_of(node, "show_if") if "show_if" in fields else 0,
            waiting=off or ("options_from" in fields and not options),
        )

    def _kind(self, fields: Mapping[str, Any], line: int) -> Kind:
        name = fields.get("kind")
        if name is None and "scale" not in fields:
            self.problem_list.add(line, fields["code"], f"expected a kind: {', '.join(KINDS)}")
        return KINDS[name or ("scale" if "scale" in fields else "single")]

    def _check_fields(self, file: FileItem, kind: Kind) -> None:
        """Refuse fields that belong to other kinds."""
        own = {field.name for field in kind.file.fields}
        for name in KIND_FIELDS:
            if name in file.fields and name not in own:
                file.refuse(f"expected kind {' or '.join(owners_of(name))} beside {name}, found {kind.name}")

    def _check_together(self, file: FileItem, item: Item) -> None:
        for message in item.kind.file.check(item):
            file.refuse(message)
        if item.key_variable and "options_from" not in file.fields and len(item.options) > MOST_KEY_LEVELS:
            expected = f"expected at most {MOST_KEY_LEVELS} levels of a key variable, found {len(item.options)}"
            file.refuse(f"{expected}: use broader bands")

    def _split(self, written: Written, file: FileItem) -> Iterator[Written]:
        """The items that the question becomes: itself, or one for each of its columns."""
        for item in written.item.kind.file.split(written.item, file):
            if item.part and item.code in self.known:
                file.refuse(f"expected no other item named {item.code}; line {self.known[item.code]} has it already")
            self.known.setdefault(item.code, written.line)
            yield replace(written, item=item)

    def _for_each(self, fields: Mapping[str, Any], made: Sequence[Written]) -> Iterator[Written]:
        parent = self.multiples.get(fields["for_each"])
        if parent is None:
            expected = f"expected for_each to name an earlier multiple item, found {fields['for_each']}"
            self.problem_list.add(made[0].line, fields["code"], expected)
            return
        if any(each.item.part for each in made):
            expected = f"expected for_each at a kind with one item, found {made[0].item.kind.name}"
            self.problem_list.add(made[0].line, fields["code"], expected)
            return
        written = made[0]
        for option in parent.options:
            if not option.exclusive:
                code = f"{written.item.code}_{option.code}"
                self.known.setdefault(code, written.line)
                item = replace(written.item, code=code, parent=written.item.code, of_option=option)
                yield replace(written, item=item, own_rule=chooses(parent, option))


def chooses(parent: Item, option: Option) -> Atom:
    return Atom("any_in", parent.code, (option.code,), (option.code,))


def names_of(written: list[Written]) -> Names:
    """The items that a code means in conditions: one, all those made by `for_each`, or all those of a question."""
    items: dict[str, tuple[Item, ...]] = {}
    for each in written:
        if not each.waiting:
            for name in dict.fromkeys((each.item.code, each.item.context)):
                items[name] = (*items.get(name, ()), each.item)
    return Names(items, frozenset(each.item.context for each in written if each.waiting))


def parts_of(written: list[Written]) -> dict[str, tuple[str, ...]]:
    """The codes of the items of each question that has several."""
    found: dict[str, tuple[str, ...]] = {}
    for each in written:
        if each.item.part and not each.waiting:
            found[each.item.question] = (*found.get(each.item.question, ()), each.item.code)
    return found
