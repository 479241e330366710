"""Extract the sentences of templates and code: every call of `text`, `plural` and `mark`.

    text("Send")   words.text("Send", "button")   plural("{n} answer", "{n} answers", n)

A sentence must be a literal in the call itself. A comment `# For translators: ...` (or `{# For translators: ... #}` in
a template) on the line before becomes a note for translators.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from jinja2 import Environment, nodes
from ruamel.yaml import YAML

from app.language.po_files import PoEntry

WORD_FOR_NOTE = "For translators:"
_NOTE = re.compile(rf"(?:#|{{#)\s*{WORD_FOR_NOTE}\s*(.*?)\s*(?:#}})?\s*$")


def extract_interface(root: Path, folders: Iterable[str], but: Sequence[str] = ()) -> list[PoEntry]:
    """Return each sentence of every template and module in `folders`, except those in `but`, with its locations."""
    found: dict[tuple[str | None, str], PoEntry] = {}
    for folder in folders:
        for path in _files(root, folder, but):
            for entry in _extract_file(path):
                entry = replace(entry, location=path.relative_to(root).as_posix())
                found[entry.key] = _join(found[entry.key], entry) if entry.key in found else entry
    return list(found.values())


def _files(root: Path, name: str, but: Sequence[str]) -> list[Path]:
    """Return the file of that name, or all files of the folder."""
    found = sorted((root / name).rglob("*")) if (root / name).is_dir() else [root / name]
    left_out = [root / each for each in but]
    return [path for path in found if path.is_file() and not any(path.is_relative_to(each) for each in left_out)]


def _join(first: PoEntry, second: PoEntry) -> PoEntry:
    locations = dict.fromkeys((*first.location.split(), *second.location.split()))
    return replace(
        first,
        location=" ".join(locations),
        plural=first.plural or second.plural,
        comment=first.comment or second.comment,
    )


def _extract_file(path: Path) -> Iterator[PoEntry]:
    if path.suffix == ".html":
        source = path.read_text("utf-8")
        yield from _with_notes(source, extract_template(source))
    elif path.suffix == ".py":
        source = path.read_text("utf-8")
        yield from _with_notes(source, extract_module(source))


def _with_notes(source: str, found: Iterable[tuple[int, PoEntry]]) -> Iterator[PoEntry]:
    lines = source.splitlines()
    for line, entry in found:
        note = _NOTE.search(lines[line - 2]) if line > 1 else None
        yield replace(entry, comment=note[1]) if note else entry


def extract_template(source: str) -> Iterator[tuple[int, PoEntry]]:
    """Yield (line, sentence) for every call in a Jinja template."""
    tree = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"]).parse(source)
    for call in tree.find_all(nodes.Call):
        name = call.node.name if isinstance(call.node, nodes.Name) else getattr(call.node, "attr", None)
        literals = [part.value if isinstance(part, nodes.Const) else None for part in call.args]
        context = next((pair.value for pair in call.kwargs if pair.key == "context"), None)
        entry = _to_entry(name, literals, context.value if isinstance(context, nodes.Const) else None)
        if entry:
            yield call.lineno, entry


def extract_module(source: str) -> Iterator[tuple[int, PoEntry]]:
    """Yield (line, sentence) for every call in a Python module."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", None)
        literals = [part.value if isinstance(part, ast.Constant) else None for part in call.args]
        context = next((pair.value for pair in call.keywords if pair.arg == "context"), None)
        entry = _to_entry(name, literals, context.value if isinstance(context, ast.Constant) else None)
        if entry:
            yield call.lineno, entry


def _to_entry(name: object, literals: Sequence[object], context: object) -> PoEntry | None:
    strings = [part if isinstance(part, str) else None for part in literals]
    if name in ("text", "mark") and strings and strings[0]:
        given = context if isinstance(context, str) else (strings[1] if len(strings) > 1 else None)
        return PoEntry(strings[0], given)
    if name == "plural" and len(strings) > 1 and strings[0] and strings[1]:
        given = context if isinstance(context, str) else (strings[3] if len(strings) > 3 else None)
        return PoEntry(strings[0], given, plural=strings[1])
    return None


def extract_data(root: Path, path: str, names: Sequence[str]) -> list[PoEntry]:
    """Return the sentences of a YAML file: every text under one of these names."""
    if not (root / path).is_file():
        return []
    written = YAML(typ="safe", pure=True).load((root / path).read_text("utf-8"))
    return [PoEntry(text, location=path) for text in dict.fromkeys(_texts(written, names))]


def _texts(value: object, names: Sequence[str]) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _texts(each, names)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name in names and isinstance(each, str):
                yield each
            else:
                yield from _texts(each, names)


def mark(sentence: str) -> str:
    """Mark a sentence in a table of constants for translation at run time."""
    return sentence
