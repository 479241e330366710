"""Reads what can be chosen: options, scales, and the lists that a fielding fills in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.language.languages import LANGUAGES
from app.questionnaire.definition import FileItem, Option, Scale
from app.questionnaire.problems import ProblemList
from app.questionnaire.shape import LARGEST_CODE, OPTION, SCALE, VALUES, is_text, is_whole
from app.questionnaire.yaml_document import entries, line_of, read_fields

MOST_OPTIONS = 41
MOST_IN_LIST = 200
PLACEHOLDERS = ("{", "}")
SOURCES = ("scale", "options", "options_from", "from")


def read_choices(item: FileItem) -> tuple[Option, ...]:
    """Read the options from the one source that the item names: a scale, options, a list or a range."""
    sources = [source for source in SOURCES if source in item.fields]
    if len(sources) != 1 or ("to" in item.fields and "from" not in item.fields):
        found = ", ".join(sources) or "none"
        item.refuse(f"expected one of {', '.join(SOURCES)} (with to); found {found}")
        return ()
    return READERS[sources[0]](item)


def read_from_scale(item: FileItem) -> tuple[Option, ...]:
    name = item.fields["scale"]
    if name not in item.scales:
        known = ", ".join(item.scales) or "none"
        item.refuse(f"refers to scale {name}, which is not defined (known: {known})")
        return ()
    return item.scales[name].options


def read_own(item: FileItem) -> tuple[Option, ...]:
    options = read_options(item.fields["options"], item.code, item.code, item.problems)
    if len(options) < 2:
        item.refuse(f"expected at least two options to choose from, found {len(options)}")
    return options


def read_boxes(item: FileItem) -> tuple[Option, ...]:
    """Read the options of boxes to tick: as `read_choices`, but one box is enough."""
    if set(item.fields) & set(SOURCES) == {"options"} and len(item.fields["options"]) == 1:
        return read_options(item.fields["options"], item.code, item.code, item.problems)
    return read_choices(item)


def _read_from_list(item: FileItem) -> tuple[Option, ...]:
    return item.lists.get(item.fields["options_from"], ())


def read_from_range(item: FileItem) -> tuple[Option, ...]:
    options = read_range(item.fields, item.code, item.line, item.problems)
    written = item.fields.get("options")
    named = read_options(written, item.code, item.code, item.problems) if written else ()
    return name_codes(options, named, item.code, item.line, item.problems)


READERS = {
    "scale": read_from_scale,
    "options": read_own,
    "options_from": _read_from_list,
    "from": read_from_range,
}


def read_options(
    node: Any, owner: str, place: str, problem_list: ProblemList, most: int = MOST_OPTIONS
) -> tuple[Option, ...]:
    """Options from a mapping `code: text` or `code: {text, exclusive, comment}`; `owner` begins their context."""
    options = []
    for key, value, line in entries(node):
        if not is_whole(key) or not 0 <= key <= LARGEST_CODE:
            expected = f"expected codes from 0 to {LARGEST_CODE} (negative ones are kept for don't know and the like)"
            problem_list.add(line, place, f"{expected}, found {key!r}")
        elif option := _read_option(int(key), value, owner, place, line, problem_list):
            options.append(option)
    _check_set(options, place, line_of(node), problem_list, most)
    return tuple(options)


def _read_option(code: int, value: Any, owner: str, place: str, line: int, problem_list: ProblemList) -> Option | None:
    where = f"{place} option {code}"
    if isinstance(value, dict):
        fields = read_fields(value, OPTION, where, line, problem_list)
        text, exclusive, people = fields.get("text"), bool(fields.get("exclusive")), fields.get("people")
    else:
        text, exclusive, people = value, False, None
        if not is_text(text):
            problem_list.add(line, where, f"expected its words, found {value!r} (quote numbers and true/false)")
            return None
    check_text(text, (), where, line, problem_list)
    if people is not None:
        check_text(people, (), where, line, problem_list)
    noun = str(people).strip() if people else None
    return Option(code, str(text).strip(), exclusive, f"{owner}.{code}", noun) if text else None


def _check_set(options: list[Option], place: str, line: int, problem_list: ProblemList, most: int) -> None:
    texts = [option.text.casefold() for option in options]
    twice = sorted({text for text in texts if texts.count(text) > 1})
    if twice:
        problem_list.add(line, place, f"expected different words for every option, found twice: {', '.join(twice)}")
    if len(options) > most:
        problem_list.add(
            line, place, f"expected at most {most} options, found {len(options)}: too fine to stay anonymous"
        )


def read_range(fields: Mapping[str, Any], place: str, line: int, problem_list: ProblemList) -> tuple[Option, ...]:
    """Bare numbers from `from` to `to`; their text is the number itself in every language."""
    first, last = fields.get("from"), fields.get("to")
    if first is None or last is None:
        problem_list.add(line, place, "expected both 'from' and 'to'")
        return ()
    for name, bound in (("from", first), ("to", last)):
        if not is_whole(bound):
            problem_list.add(line, place, f"expected {name} to be a whole number, found {bound!r}")
            return ()
    if not first < last <= first + MOST_OPTIONS - 1:
        problem_list.add(line, place, f"expected 'to' 1 to {MOST_OPTIONS - 1} above 'from', found {first} to {last}")
        return ()
    return tuple(Option(code, str(code)) for code in range(int(first), int(last) + 1))


def name_codes(
    options: tuple[Option, ...], named: tuple[Option, ...], place: str, line: int, problem_list: ProblemList
) -> tuple[Option, ...]:
    """Bare numbers some of which carry words, such as `10: 10 or more`."""
    words = {option.code: option for option in named}
    outside = sorted(words.keys() - {option.code for option in options})
    if outside:
        problem_list.add(
            line, place, f"expected words for codes of the range only, found {', '.join(map(str, outside))}"
        )
    return tuple(words.get(option.code, option) for option in options)


def read_scales(node: Any, problem_list: ProblemList) -> dict[str, Scale]:
    return {
        name: _read_scale(name, value, line, problem_list)
        for name, value, line in entries(node or {})
        if _is_word(name, line, problem_list)
    }


def _is_word(name: object, line: int, problem_list: ProblemList) -> bool:
    sound = VALUES["word"].fits(name)
    if not sound:
        problem_list.add(line, f"scale {name}", f"expected {VALUES['word'].phrase}")
    return sound


def _read_scale(name: str, node: Any, line: int, problem_list: ProblemList) -> Scale:
    place = f"scale {name}"
    fields = read_fields(node, SCALE, place, line, problem_list)
    if "options" in fields:
        if "from" in fields or "to" in fields or "low" in fields or "high" in fields:
            problem_list.add(line, place, "expected either options or from, to, low, high; found both")
        options = read_options(fields["options"], name, place, problem_list)
        if [option.code for option in options] != sorted(option.code for option in options):
            problem_list.add(line, place, "expected the options from the lowest code to the highest")
        if any(option.exclusive for option in options):
            problem_list.add(line, place, "expected a scale without exclusive options: one answer is chosen anyway")
        return Scale(name, options)
    options = read_range(fields, place, line, problem_list)
    for end in ("low", "high"):
        if end not in fields:
            problem_list.add(line, place, f"expected words for the {end} end of bare numbers")
        check_text(fields.get(end), (), place, line, problem_list)
    return Scale(name, options, fields.get("low"), fields.get("high"))


def read_lists(node: Any, problem_list: ProblemList) -> dict[str, tuple[Option, ...]]:
    """Lists of one fielding: names that no catalog translates."""
    lists = {}
    for name, value, line in entries(node or {}):
        place = f"list {name}"
        if not isinstance(value, dict) or not value:
            problem_list.add(line, place, "expected a mapping of codes to names")
            continue
        named = {key: names for key, names in value.items() if _is_named(names)}
        for key, names in named.items():
            for text in names.values():
                check_text(text, (), f"{place} option {key}", line, problem_list)
            value[key] = first_name(names)
        options = read_options(value, place, place, problem_list, most=MOST_IN_LIST)
        lists[str(name)] = tuple(
            replace(option, context=None, names=tuple(named.get(option.code, {}).items())) for option in options
        )
    return lists


def _is_named(value: object) -> bool:
    """Return whether a value gives a name for each language."""
    if not isinstance(value, dict) or not value:
        return False
    return value.keys() <= LANGUAGES.keys() and all(map(is_text, value.values()))


def first_name(names: Mapping[str, str]) -> str:
    """Return the name by which programs know an option that has a name in each language: the English or the first.

    >>> first_name({"es": "Colina Norte", "en": "North Hill"}), first_name({"es": "Colina Norte"})
    ('North Hill', 'Colina Norte')
    """
    return names.get("en") or next(iter(names.values()))


def check_text(text: str | None, allowed: tuple[str, ...], place: str, line: int, problem_list: ProblemList) -> None:
    """Only known placeholders, and no markup: translators and pages both rely on plain sentences."""
    rest = text or ""
    for name in allowed:
        rest = rest.replace(f"{{{name}}}", "")
    if any(brace in rest for brace in PLACEHOLDERS):
        known = " and ".join(f"{{{name}}}" for name in allowed) or "none"
        problem_list.add(line, place, f"expected no placeholder but {known} in {text!r}")
    if "<" in rest or any(ord(letter) < 32 and letter != "\n" for letter in rest):
        problem_list.add(line, place, f"expected plain words without markup in {text!r}")
