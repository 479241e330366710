"""English texts of files that are neither Python, Markdown, catalog nor template: values, cells and comments."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator

# Values of block and flow mappings: `key: text`, `{key: text, key: "text"}`, `- text`.
YAML_VALUE = re.compile(
    r"(?:(?:^|[{,])[ \t]*(?:- )?[\w./-]+:[ \t]+|^[ \t]*- )"
    r"(?:\"((?:[^\"\\]|\\.)*)\"|'([^']*)'|([^\s\"'{}\[\]#,&*|>!][^{}\[\]#\n]*?))"
    r"(?=\s*(?:,\s*[\w-]+:|[}#]|$))",
    re.M,
)
# A list item that begins a mapping, such as `- code: A1`, is no text.
IS_PAIR = re.compile(r"^[\w./-]+:(?: |$)")


def read_json(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and text of each string value; those of a notebook's code are left out."""
    document = json.loads(source)
    if isinstance(document, dict) and "cells" in document:
        texts = ["".join(cell["source"]) for cell in document["cells"] if cell["cell_type"] == "markdown"]
    else:
        texts = list(_strings(document))
    for text in texts:
        found = source.find(json.dumps(text.split("\n")[0], ensure_ascii=False)[1:-1])
        yield source.count("\n", 0, max(found, 0)) + 1, text


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def read_csv(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and text of each cell."""
    rows = csv.reader(source.splitlines(keepends=True))
    for row in rows:
        for cell in row:
            yield rows.line_num, cell


def read_yaml(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and text of each value that stands on one line."""
    for found in YAML_VALUE.finditer(source):
        text = next(filter(None, found.groups()), "")
        if text and not IS_PAIR.match(text):
            yield source.count("\n", 0, found.end()) + 1, text


def read_comments(source: str, mark: str = "#") -> Iterator[tuple[int, str]]:
    """Yield the line and text of each comment that begins its line or follows a space; following lines are one text."""
    start, texts = 0, list[str]()
    for number, line in enumerate([*source.splitlines(), ""], 1):
        found = re.search(rf"(?:^|\s){re.escape(mark)}+(?!!)\s?(.*)", line)
        if found and (not texts or line.lstrip().startswith(mark)):
            start, texts = start if texts else number, [*texts, found[1].removesuffix("*/").strip()]
            continue
        if texts:
            yield start, " ".join(texts)
        start, texts = (number, [found[1].removesuffix("*/").strip()]) if found else (0, [])
