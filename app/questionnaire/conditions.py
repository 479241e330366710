"""Conditions as written in a survey file, read into rules and worked out against the items' options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ruamel.yaml.comments import CommentedMap

from app.questionnaire.definition import Item
from app.questionnaire.kinds import kinds_that_answer
from app.questionnaire.problems import ProblemList
from app.questionnaire.rules import CONNECTIVES, OPERATORS, AllOf, AnyOf, Atom, Not, Operator, Rule
from app.questionnaire.shape import RULE_WORDS, is_whole
from app.questionnaire.yaml_document import entries, line_of

# The operand of each operator: one code, a list of codes, a number or nothing. Kinds say which operators they answer.
TAKES: dict[Operator, str] = {
    "equal": "code",
    "not_equal": "code",
    "in": "codes",
    "any_in": "codes",
    "all_in": "codes",
    "count_at_least": "number",
    "less": "number",
    "more": "number",
    "answered": "nothing",
}


COMPARED = ("equal", "not_equal", "in", "less", "more")  # with a value, and not with how many


@dataclass(frozen=True)
class Names:
    """The items that a code in a condition means: one, all that `for_each` made of it, or all of a question."""

    items: Mapping[str, tuple[Item, ...]]
    set_aside: frozenset[str] = frozenset()

    def within(self, item: Item) -> Names:
        """Seen from an item made by `for_each`: its siblings' codes mean those of the same option."""
        if item.of_option is None:
            return self
        same = {
            code: tuple(each for each in made if each.of_option == item.of_option) or made
            for code, made in self.items.items()
        }
        return replace(self, items=same)


@dataclass(frozen=True)
class RuleReader:
    """Reads the conditions of one place in the file."""

    names: Names
    place: str
    problem_list: ProblemList

    def read(self, node: object, line: int) -> Rule | None:
        if not isinstance(node, CommentedMap) or len(node) != 1:
            return self._refuse(line, "a condition with one operator, such as {equal: {D3: 1}}", node)
        word, value = next(iter(node.items()))
        line = line_of(node, word)
        if word in CONNECTIVES:
            return self._read_connective(word, value, line)
        if word in OPERATORS:
            return self._read_atom(word, value, line)
        return self._refuse(line, f"one of {', '.join(RULE_WORDS)}", word)

    def _read_connective(self, word: str, value: object, line: int) -> Rule | None:
        if word == "not":
            inner = self.read(value, line)
            return Not(inner) if inner else None
        if not isinstance(value, list) or not value:
            return self._refuse(line, f"a list of conditions after {word!r}", value)
        rules = [self.read(each, each_line) for _, each, each_line in entries(value)]
        sound = tuple(rule for rule in rules if rule)
        if len(sound) < len(rules):
            return None
        return AllOf(sound) if word == "all" else AnyOf(sound)

    def _read_atom(self, operator: Operator, value: object, line: int) -> Rule | None:
        if operator == "answered" and isinstance(value, str):
            return self._about(operator, value, (), line)
        if operator == "answered" or not isinstance(value, CommentedMap) or len(value) != 1:
            wanted = "{answered: D3}" if operator == "answered" else f"{{{operator}: {{D3: ...}}}}"
            return self._refuse(line, wanted, value)
        code, operand = next(iter(value.items()))
        values = self._read_operand(operator, operand, line)
        return self._about(operator, code, values, line) if values else None

    def _read_operand(self, operator: Operator, operand: object, line: int) -> tuple[int, ...] | None:
        shape = TAKES[operator]
        if shape == "codes":
            if isinstance(operand, list) and operand and all(map(is_whole, operand)):
                return tuple(map(int, operand))
            self._refuse(line, f"a list of codes after {operator!r}", operand)
        elif is_whole(operand) and (shape == "code" or operand >= 0):  # type: ignore[operator]
            return (int(operand),)  # type: ignore[call-overload]
        else:
            self._refuse(line, f"one {shape} after {operator!r}", operand)
        return None

    def _about(self, operator: Operator, code: object, values: tuple[int, ...], line: int) -> Rule | None:
        items = self.names.items.get(code) if isinstance(code, str) else None
        if not items:
            reason = "is not always asked" if code in self.names.set_aside else "is not an item"
            self.problem_list.add(line, self.place, f"refers to {code}, which {reason}")
            return None
        found = [self._atom(operator, item, values, line) for item in items]
        sound = tuple(atom for atom in found if atom)
        if len(sound) < len(found):
            return None
        return sound[0] if len(sound) == 1 else AnyOf(sound)

    def _atom(self, operator: Operator, item: Item, values: tuple[int, ...], line: int) -> Atom | None:
        shape = TAKES[operator]
        if operator not in item.kind.answer.operators:
            expected = f"{operator} asks an item of kind {' or '.join(kinds_that_answer(operator))}"
            self.problem_list.add(line, self.place, f"{expected}; {item.code} is {item.kind.name}")
            return None
        values = tuple(map(item.kind.answer.code_of, values)) if operator in COMPARED else values
        unknown = set(values) - {option.code for option in item.choices} if shape.startswith("code") else set()
        if unknown:
            listed = ", ".join(map(str, sorted(unknown)))
            self.problem_list.add(line, self.place, f"asks {item.code} for code {listed}, which it does not offer")
            return None
        codes = codes_meant(operator, item, values)
        at_least = {"all_in": len(values), "count_at_least": values[0] if values else 1}.get(operator, 1)
        if not 1 <= at_least <= len(codes):
            self.problem_list.add(
                line, self.place, f"{operator} {list(values)} can never or always be true of {item.code}"
            )
            return None
        return Atom(operator, item.code, values, codes, at_least)

    def _refuse(self, line: int, expected: str, found: object) -> Rule | None:
        shown = "a mapping" if isinstance(found, CommentedMap) else repr(found)
        self.problem_list.add(line, self.place, f"expected {expected}; found {shown}")
        return None


def codes_meant(operator: Operator, item: Item, values: tuple[int, ...]) -> tuple[int, ...]:
    """The options of the item that make an atom true (or, for a count, that are counted)."""
    match operator:
        case "equal" | "in" | "any_in" | "all_in":
            return tuple(dict.fromkeys(values))
        case "not_equal":
            return tuple(option.code for option in item.choices if option.code not in values)
        case "count_at_least":
            return tuple(option.code for option in item.options if not option.exclusive)
        case "less":
            return tuple(option.code for option in item.options if option.code < values[0])
        case "more":
            return tuple(option.code for option in item.options if option.code > values[0])
        case "answered":
            return tuple(option.code for option in item.choices)
