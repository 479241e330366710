"""Reads items: each field on its own, then together, then one item for every option of `for_each`.

Conditions wait until every item is known; they travel beside the item as written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.questionnaire.conditions import Names, RuleReader
from app.questionnaire.definition import Item, Kind, Option, Scale
from app.questionnaire.options import check_text, name_codes, read_options, read_range
from app.questionnaire.problems import ProblemList
from app.questionnaire.rules import Atom, Rule, all_of
from app.questionnaire.shape import ITEM
from app.questionnaire.yaml_document import line_of, read_fields

MOST_KEY_LEVELS = 15
SOURCES = ("scale", "options", "options_from", "from")


@dataclass(frozen=True)
class Written:
    """An item with its condition still as written, and its line."""

    item: Item
    line: int
    condition: object = None
    condition_line: int = 0
    own_rule: Rule | None = None
    waiting: bool = False

    def with_rule(self, names: Names, form_errors: ProblemList) -> Item:
        """The item with its condition read; `for_each` adds its own."""
        rules = [self.own_rule] if self.own_rule else []
        if self.condition is not None:
            reader = RuleReader(names.within(self.item), self.item.code, form_errors)
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
    form_errors: ProblemList
    known: dict[str, int] = field(default_factory=dict)
    multiples: dict[str, Item] = field(default_factory=dict)

    def read(self, node: Any, section: str, sensitive: bool, line: int) -> Iterator[Written]:
        """One item, or several made by `for_each`."""
        code = node.get("code") if isinstance(node, dict) else None
        place = code if isinstance(code, str) else f"item in section {section}"
        fields = read_fields(node, ITEM, place, line, self.form_errors)
        if "code" not in fields or "text" not in fields:
            return
        code = fields["code"]
        if code in self.known:
            self.form_errors.add(line, code, f"expected every code once; line {self.known[code]} has it already")
            return
        self.known[code] = line
        for name in ("text", "note"):
            allowed = ("agency", "option") if "for_each" in fields else ("agency",)
            check_text(fields.get(name), allowed, code, line, self.form_errors)
        written = self._written(node, fields, section, sensitive, line)
        if written.item.kind == "multiple" and not written.waiting:
            self.multiples[code] = written.item
        yield from self._for_each(fields, written) if "for_each" in fields else (written,)

    def _written(self, node: Any, fields: Mapping[str, Any], section: str, sensitive: bool, line: int) -> Written:
        code = fields["code"]
        kind = self._kind(fields, line)
        options = self._options(fields, kind, line)
        item = Item(
            code=code,
            kind=kind,
            text=fields["text"].strip(),
            section=section,
            options=options,
            note=fields.get("note"),
            scale=fields.get("scale") if kind == "scale" else None,
            reversed=fields.get("reversed", False),
            sensitive=fields.get("sensitive", sensitive),
            key_variable=fields.get("key_variable"),
            construct=fields.get("construct"),
            dont_know=fields.get("dont_know", self.defaults.get("dont_know", False)),
            prefer_not=fields.get("prefer_not", self.defaults.get("prefer_not", False)),
        )
        self._check_together(fields, item, line)
        off = fields.get("off_by_default", False) and code not in self.switched_on
        return Written(
            item,
            line,
            fields.get("show_if"),
            line_of(node, "show_if") if "show_if" in fields else 0,
            waiting=off or ("options_from" in fields and not options),
        )

    def _kind(self, fields: Mapping[str, Any], line: int) -> Kind:
        kind: Kind | None = fields.get("kind")
        if kind is None and "scale" not in fields:
            self.form_errors.add(line, fields["code"], "expected a kind: scale, single, multiple or number")
        return kind or ("scale" if "scale" in fields else "single")

    def _options(self, fields: Mapping[str, Any], kind: Kind, line: int) -> tuple[Option, ...]:
        code = fields["code"]
        sources = [source for source in SOURCES if source in fields]
        if "from" in sources and "options" in sources and kind == "number":
            sources.remove("options")
        if len(sources) != 1 or ("to" in fields and "from" not in fields):
            found = ", ".join(sources) or "none"
            self.form_errors.add(line, code, f"expected one of {', '.join(SOURCES)} (with to); found {found}")
            return ()
        return getattr(self, f"_options_of_{sources[0]}")(fields, kind, line)  # type: ignore[no-any-return]

    def _options_of_scale(self, fields: Mapping[str, Any], kind: Kind, line: int) -> tuple[Option, ...]:
        name = fields["scale"]
        if name not in self.scales:
            known = ", ".join(self.scales) or "none"
            self.form_errors.add(line, fields["code"], f"refers to scale {name}, which is not defined (known: {known})")
            return ()
        if kind != "scale":
            self.form_errors.add(line, fields["code"], f"expected kind scale beside a scale, found {kind}")
        return self.scales[name].options

    def _options_of_options(self, fields: Mapping[str, Any], kind: Kind, line: int) -> tuple[Option, ...]:
        options = read_options(fields["options"], fields["code"], fields["code"], self.form_errors)
        if len(options) < 2:
            self.form_errors.add(
                line, fields["code"], f"expected at least two options to choose from, found {len(options)}"
            )
        return options

    def _options_of_options_from(self, fields: Mapping[str, Any], kind: Kind, line: int) -> tuple[Option, ...]:
        return self.lists.get(fields["options_from"], ())

    def _options_of_from(self, fields: Mapping[str, Any], kind: Kind, line: int) -> tuple[Option, ...]:
        code = fields["code"]
        if kind != "number":
            self.form_errors.add(line, code, f"expected kind number beside from and to, found {kind}")
        options = read_range(fields, code, line, self.form_errors)
        named = read_options(fields["options"], code, code, self.form_errors) if "options" in fields else ()
        return name_codes(options, named, code, line, self.form_errors)

    def _check_together(self, fields: Mapping[str, Any], item: Item, line: int) -> None:
        if item.kind == "scale" and "scale" not in fields:
            self.form_errors.add(line, item.code, "expected a scale beside kind scale, found none")
        if item.reversed and item.kind != "scale":
            self.form_errors.add(line, item.code, f"expected only a scale to be reversed; this is {item.kind}")
        if item.kind != "multiple" and any(option.exclusive for option in item.options):
            self.form_errors.add(line, item.code, "expected exclusive options only where several can be chosen")
        if item.kind == "multiple" and item.options and all(option.exclusive for option in item.options):
            self.form_errors.add(line, item.code, "expected at least one option that is not exclusive")
        if item.key_variable and "options_from" not in fields and len(item.options) > MOST_KEY_LEVELS:
            told = f"expected at most {MOST_KEY_LEVELS} levels of a key variable, found {len(item.options)}"
            self.form_errors.add(line, item.code, f"{told}: use broader bands")

    def _for_each(self, fields: Mapping[str, Any], written: Written) -> Iterator[Written]:
        parent = self.multiples.get(fields["for_each"])
        if parent is None:
            told = f"expected for_each to name an earlier multiple item, found {fields['for_each']}"
            self.form_errors.add(written.line, written.item.code, told)
            return
        for option in parent.options:
            if not option.exclusive:
                code = f"{written.item.code}_{option.code}"
                self.known.setdefault(code, written.line)
                item = replace(written.item, code=code, parent=written.item.code, of_option=option)
                yield replace(written, item=item, own_rule=chooses(parent, option))


def chooses(parent: Item, option: Option) -> Atom:
    return Atom("any_in", parent.code, (option.code,), (option.code,))


def names_of(written: list[Written]) -> Names:
    """What codes mean in conditions: each item by its code, and those made by `for_each` by the code written."""
    items: dict[str, tuple[Item, ...]] = {}
    for each in written:
        if not each.waiting:
            for name in dict.fromkeys((each.item.code, each.item.parent or each.item.code)):
                items[name] = (*items.get(name, ()), each.item)
    return Names(items, frozenset(each.item.context for each in written if each.waiting))
