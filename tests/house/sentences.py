"""Every English sentence of the tree, with the place where its paragraph begins."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.house.file_texts import read_comments, read_csv, read_json, read_yaml
from tests.house.prose_rules import SUSPECT, Kind


@dataclass(frozen=True)
class Sentence:
    """One sentence with the place where its paragraph begins."""

    path: str
    line: int
    kind: Kind
    text: str


# --- Sentences of a text --------------------------------------------------------------------------------------------

END = re.compile(r"(?<=[.!?:;])[”\"')]*\s+(?=[A-Z“\"'(])|\n\s*\n|\n\s*(?=[-*] )")
CODE = re.compile(r"``.*?``|`[^`]*`|\bhttps?://\S+|\{[^{}]*\}", re.S)


def split(text: str) -> Iterator[str]:
    """The sentences of a text, without what stands in backquotes and braces.

    Examples
    --------
    >>> list(split("It counts. What is `told` is not prose."))
    ['It counts.', 'What is … is not prose.']
    """
    for part in END.split(CODE.sub("…", text)):
        folded = " ".join(part.split()).lstrip("-*# ")
        if folded:
            yield folded


# --- Where sentences stand ------------------------------------------------------------------------------------------

SKIPPED = frozenset(
    (
        ".git", ".venv", "node_modules", "__pycache__", "build", "dist",
        ".hypothesis", ".import_linter_cache", ".mypy_cache", ".pytest_cache", ".ruff_cache",
    )
)  # fmt: skip
PYTHON = ("app", "analysis", "migrations", "surveys", "tests")
MESSAGES = ("app", "analysis")
SURVEY_TEXTS = re.compile(
    r"^\s*(?:- )?(?:text|title|introduction|note|support|label|description|numerator|denominator|trap|"
    r"[\w-]+):\s+[\"']?([A-Z“{][^#\n]*? [^#\n]*?)[\"']?\s*$",
    re.M,
)
MIN_WORDS = 3


def find_sentences(root: Path) -> Iterator[Sentence]:
    """Every English sentence of the tree."""
    for path in sorted((root / "locales").glob("*.pot")):
        yield from read_catalog(_name(root, path), path.read_text("utf-8"))
    for folder in PYTHON:
        for path in _files(root / folder, ".py"):
            yield from read_module(_name(root, path), path.read_text("utf-8"), with_messages=folder in MESSAGES)
    for path in (*sorted(root.glob("*.md")), *_files(root / "docs", ".md"), *_files(root / "deploy", ".md")):
        yield from read_document(_name(root, path), path.read_text("utf-8"))
    for path in _files(root / "surveys", ".yaml"):
        yield from read_survey(_name(root, path), path.read_text("utf-8"))
    for path in _files(root / "app", ".html"):
        yield from read_template(_name(root, path), path.read_text("utf-8"))
    for path in _other_files(root):
        yield from read_other(_name(root, path), path.read_text("utf-8"))


# Tables of other people's data and lists of words hold no sentences of ours.
NO_PROSE = re.compile(
    r"tests/.+|requirements.*\.txt|.*common_passwords\.txt|docs/notebooks/.*\.csv|build/.*|data/.*|keys/.*"
)
TABLES = (".json", ".csv", ".yaml", ".yml", ".ipynb")
WITH_COMMENTS = {
    **dict.fromkeys((".yaml", ".yml", ".toml", ".conf", ".service", ".ini", ".py.jinja", ".R.jinja", ""), "#"),
    ".js": "//",
    ".typ": "//",
    ".css": "/*",
    ".do.jinja": "*",
    ".mako": "##",
}


def _other_files(root: Path) -> Iterator[Path]:
    """Files whose name ends in one of `TABLES` or `WITH_COMMENTS`; those without an ending are scripts."""
    for path in sorted(root.rglob("*")):
        is_ours = path.is_file() and not SKIPPED & set(path.parts) and not NO_PROSE.fullmatch(_name(root, path))
        if is_ours and (_ending(path) in WITH_COMMENTS or path.suffix in TABLES):
            yield path


def _ending(path: Path) -> str:
    return "".join(path.suffixes[-2:]) if path.suffix == ".jinja" else path.suffix


def read_other(path: str, source: str) -> Iterator[Sentence]:
    """The values of JSON, CSV and YAML, and the comments of every other file."""
    name = Path(path)
    read = {".json": read_json, ".ipynb": read_json, ".csv": read_csv}.get(name.suffix)
    if name.suffix in (".yaml", ".yml"):
        read = read_yaml
    for line, text in read(source) if read else ():
        if len(text.split()) >= MIN_WORDS:
            yield from (Sentence(path, line, "document", each) for each in split(text))
    if mark := WITH_COMMENTS.get(_ending(name)):
        for line, text in read_comments(source, mark):
            yield from (Sentence(path, line, "comment", each) for each in split(text))


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def _files(folder: Path, suffix: str) -> list[Path]:
    return [path for path in sorted(folder.rglob(f"*{suffix}")) if not SKIPPED & set(path.parts)]


def read_catalog(path: str, source: str) -> Iterator[Sentence]:
    """The msgids of a template, read line by line: strings of a msgid are joined."""
    line, parts = 0, []
    for number, text in enumerate([*source.splitlines(), ""], 1):
        if text.startswith(("msgid ", "msgid_plural ")):
            line, parts = number, [text.split(" ", 1)[1]]
        elif text.startswith('"') and parts:
            parts.append(text)
        elif parts:
            joined = "".join(ast.literal_eval(part) for part in parts)
            yield from (Sentence(path, line, "catalog", each) for each in split(joined))
            parts = []


def read_module(path: str, source: str, *, with_messages: bool) -> Iterator[Sentence]:
    """Docstrings, comments and, where wanted, strings that people read. A module without a suspect word is skipped."""
    if not SUSPECT.search(source):
        return
    if "#" in source:
        yield from _comments(path, source)
    tree = ast.parse(source)
    docstrings = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            docstrings.add(node.value)
            text = re.sub(r"^\s*>>>.*(?:\n\s*\S.*)*", "", node.value.value, flags=re.M)
            text = PARAMETERS.sub("", text)
            yield from (Sentence(path, node.lineno, "docstring", each) for each in split(text))
        elif with_messages and isinstance(node, ast.JoinedStr):
            docstrings.update(part for part in node.values if isinstance(part, ast.Constant))
            yield from _message(path, node.lineno, "".join(_text(part) for part in node.values))
        elif (
            with_messages and isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings
        ):
            yield from _message(path, node.lineno, node.value)


# The names of parameters stand on lines of their own, above their indented texts.
PARAMETERS = re.compile(r"^( *)\w+(?:, \w+)*\n(?=\1 +\S)", re.M)


def _text(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "…"


def _message(path: str, line: int, text: str) -> Iterator[Sentence]:
    if len(text.split()) >= MIN_WORDS and not re.match(
        r"\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|WITH|PRAGMA|<)\b", text
    ):
        yield from (Sentence(path, line, "message", each) for each in split(text))


PRAGMA = re.compile(r"^(?:noqa|type:|fmt:|pragma|ruff:|!|mypy:)")


def _comments(path: str, source: str) -> Iterator[Sentence]:
    """Comments; those of following lines are one text."""
    start, end = 0, -1
    texts: list[str] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        text = token.string.lstrip("#").strip()
        if PRAGMA.match(text):
            continue
        if token.start[0] != end + 1 and texts:
            yield from (Sentence(path, start, "comment", each) for each in split(" ".join(texts)))
            texts = []
        if not texts:
            start = token.start[0]
        end = token.start[0]
        texts.append(text)
    if texts:
        yield from (Sentence(path, start, "comment", each) for each in split(" ".join(texts)))


def read_document(path: str, source: str) -> Iterator[Sentence]:
    """The paragraphs, list items and table cells of a Markdown file, without its code."""
    source = re.sub(r"^(```|~~~).*?^\1", lambda found: "\n" * found[0].count("\n"), source, flags=re.S | re.M)
    line = 1
    for block in re.split(r"(\n\s*\n|\n(?=\s*(?:[-*#|]|\d+\.) ?))", source):
        if block.strip():
            text = re.sub(r"\]\([^)]*\)", "]", block)
            for cell in text.split("|"):
                yield from (Sentence(path, line + _ahead(block), "document", each) for each in split(cell))
        line += block.count("\n")


def _ahead(block: str) -> int:
    return block[: len(block) - len(block.lstrip())].count("\n")


def read_survey(path: str, source: str) -> Iterator[Sentence]:
    """English texts of a survey or measures file, line by line."""
    for found in SURVEY_TEXTS.finditer(source):
        line = source.count("\n", 0, found.start(1)) + 1
        yield from (Sentence(path, line, "survey", each) for each in split(found[1]))


QUOTED = re.compile(r"\"([A-Z][^\"<>{}]* [^\"<>{}]*)\"|\"([A-Z][a-z]+)\"(?=[,)])")


def read_template(path: str, source: str) -> Iterator[Sentence]:
    """Text between tags, and sentences that a template hands to a macro."""
    source = re.sub(r"\{#.*?#\}|<(script|style)\b.*?</\1>", _blank, source, flags=re.S)
    for expression in re.finditer(r"\{[{%](.*?)[%}]\}", source, re.S):
        line = source.count("\n", 0, expression.start()) + 1
        for found in QUOTED.finditer(expression[1]):
            yield from (Sentence(path, line, "template", each) for each in split(found[1] or found[2]))
    shown = re.sub(r"\{\{.*?\}\}", lambda found: "…" + _blank(found), source, flags=re.S)
    shown = re.sub(r"\{%.*?%\}", _blank, shown, flags=re.S)
    shown = re.sub(r"</?(?:strong|a|code|em|bdi|time)\b[^>]*>", _blank, shown)
    for found in re.finditer(r"(?:^|>)([^<>]+)(?=<|$)", shown):
        line = shown.count("\n", 0, found.start(1)) + 1 + _ahead(found[1])
        yield from (Sentence(path, line, "template", each) for each in split(found[1]) if re.search("[A-Za-z]", each))


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")
