"""From an XLSForm workbook to the text of a survey file, ours or another tool's.

Only coded questions are taken. Everything that a survey of ours cannot hold (free text, places, photos, calculations)
is reported row by row, all together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO
from itertools import groupby
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from app.questionnaire.definition import DONT_KNOW, PREFER_NOT, Choices, Kind, Row
from app.questionnaire.kinds import KINDS
from app.questionnaire.problems import ProblemList, SurveyProblems
from app.questionnaire.relevance import NotUnderstood, read_relevant

LARGEST_WORKBOOK = 20_000_000
IGNORED_TYPES = ("start", "end", "today", "deviceid", "phonenumber", "username", "email", "audit", "note")
GROUP_BEGINS, GROUP_ENDS = ("begin_group", "begin group"), ("end_group", "end group")


def from_xlsform(content: bytes) -> str:
    """The survey as YAML, ready to be saved, read and loaded; raises `SurveyProblems` with every row it cannot take."""
    form_errors = ProblemList()
    sheets = _read_sheets(content, form_errors)
    document = _Reader(sheets, form_errors).read() if not form_errors.found else {}
    if form_errors.found:
        raise SurveyProblems(form_errors.found)
    return to_yaml(document)


def to_yaml(document: dict[str, Any]) -> str:
    yaml = YAML()
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _read_sheets(content: bytes, form_errors: ProblemList) -> dict[str, list[Row]]:
    try:
        with ZipFile(BytesIO(content)) as archive:
            size = sum(part.file_size for part in archive.infolist())
        if size > LARGEST_WORKBOOK:
            form_errors.add(
                1, "file", f"expected a workbook of at most {LARGEST_WORKBOOK:,} bytes unpacked, found {size:,}"
            )
            return {}
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError, EOFError):
        form_errors.add(1, "file", "expected an .xlsx workbook, found something else")
        return {}
    sheets = {sheet.title.strip().lower(): list(_rows(sheet)) for sheet in book.worksheets}
    for name in ("survey", "choices"):
        if name not in sheets:
            form_errors.add(1, "file", f"expected a sheet named {name}, found {', '.join(sheets) or 'none'}")
    return sheets


def _rows(sheet: Any) -> Iterator[Row]:
    """Each row by its column names, with its number under `row`."""
    rows = sheet.iter_rows(values_only=True)
    columns = [str(cell or "").strip().lower() for cell in next(rows, ())]
    for number, cells in enumerate(rows, start=2):
        row = {
            column: str(cell).strip()
            for column, cell in zip(columns, cells, strict=False)
            if column and cell is not None
        }
        if row:
            yield {**row, "row": str(number)}


class _Reader:
    """Builds the document of a survey file; every problem is reported with its row."""

    def __init__(self, sheets: dict[str, list[Row]], form_errors: ProblemList) -> None:
        self.form_errors = form_errors
        self.rows = sheets.get("survey", [])
        self.settings = next(iter(sheets.get("settings", [])), {})
        self.indices = sheets.get("ct_indices", [])
        self.lists: dict[str, list[Row]] = {}
        for row in sheets.get("choices", []):
            self.lists.setdefault(row.get("list_name") or row.get("list name", ""), []).append(row)
        self.scales: dict[str, dict[str, Any]] = {}

    def read(self) -> dict[str, Any]:
        sections = list(self._sections())
        title = self.settings.get("form_title") or "Survey"
        document = {
            "id": re.sub(r"[^A-Za-z0-9_-]+", "-", self.settings.get("form_id") or title).strip("-_") or "survey",
            "version": DoubleQuotedScalarString(self.settings.get("version", "1")),
            "title": title,
            "introduction": self.settings.get("ct_introduction"),
            "scales": self.scales or None,
            "sections": sections,
            "indices": list(self._indices()) or None,
            "short_form": self.settings.get("ct_short_form", "").split() or None,
        }
        return _without_empty(document)

    def _sections(self) -> Iterator[dict[str, Any]]:
        section: dict[str, Any] | None = None
        for rows in self._questions():
            row = rows[0]
            kind = row.get("type", "").lower()
            if kind in GROUP_BEGINS:
                if section:
                    yield section
                section = self._section(row)
            elif kind in GROUP_ENDS:
                if section:
                    yield section
                section = None
            elif kind and kind not in IGNORED_TYPES:
                section = section or {"id": f"part-{row['row']}", "title": "Questions", "items": []}
                section["items"] += self._items(rows)
        if section:
            yield section

    def _questions(self) -> Iterator[list[Row]]:
        """The rows of each question: one, or several neighbors that name one question in `ct_question`."""
        for _, rows in groupby(self.rows, lambda row: row.get("ct_question") or row["row"]):
            yield list(rows)

    def _section(self, row: Row) -> dict[str, Any]:
        return _without_empty(
            {
                "id": row.get("ct_id") or row.get("name", f"part-{row['row']}"),
                "title": _label(row, "label") or "Questions",
                "introduction": row.get("ct_introduction"),
                "sensitive": True if row.get("ct_sensitive") == "yes" else None,
                "support": row.get("ct_support"),
                "show_if": self._condition(row),
                "items": [],
            },
            keep="items",
        )

    def _items(self, rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
        row, kind = rows[0], find_kind(rows[0])
        lists = [self.lists.get(each.get("type", "").partition(" ")[2].strip()) for each in rows]
        if kind is None or None in lists:
            expected = f"expected select_one or select_multiple with a list of choices, found {row.get('type')!r}"
            self.form_errors.add(
                int(row["row"]), row.get("name", "survey"), f"{expected}: there are only coded answers"
            )
            return
        codes = {choice.get("name", "") for choice in lists[0] or ()}
        off_scale = {str(DONT_KNOW): "dont_know", str(PREFER_NOT): "prefer_not"}
        yield _without_empty(
            {
                "code": row.get("ct_question") or row.get("name"),
                "construct": row.get("ct_construct"),
                "text": row.get("ct_text") or _label(row, "label"),
                "note": _label(row, "hint"),
                **kind.workbook.read(rows, [self._choices(row, choices or []) for choices in lists]),
                "reversed": True if row.get("ct_reversed") == "yes" else None,
                "sensitive": {"yes": True, "no": False}.get(row.get("ct_sensitive", "")),
                "key_variable": row.get("ct_key_variable"),
                **{field: True for code, field in off_scale.items() if code in codes},
                "show_if": self._condition(row),
            }
        )

    def _choices(self, row: Row, choices: Sequence[Row]) -> Choices:
        """The options of a list by their codes; those of a shared scale are also kept as that scale."""
        options: dict[int, str | dict[str, object]] = {}
        for choice in choices:
            code = choice.get("name", "")
            if code in (str(DONT_KNOW), str(PREFER_NOT)):
                continue
            if not re.fullmatch(r"\d{1,4}", code):
                expected = f"expected choices named by numbers from 0 to 999, found {code!r}"
                self.form_errors.add(int(choice["row"]), f"list {choice.get('list_name')}", expected)
                continue
            text = choice.get("ct_text") or _label(choice, "label")
            alone = choice.get("ct_exclusive") == "yes"
            options[int(code)] = {"text": text, "exclusive": True} if alone else DoubleQuotedScalarString(text or code)
        if scale := row.get("ct_scale"):
            self.scales.setdefault(scale, _scale(options, choices))
        return options

    def _condition(self, row: Row) -> dict[str, Any] | None:
        if "relevant" not in row:
            return None
        try:
            return read_relevant(row["relevant"])
        except NotUnderstood as problem:
            self.form_errors.add(
                int(row["row"]), row.get("name", "survey"), f"its relevant column is not understood: {problem}"
            )
            return None

    def _indices(self) -> Iterator[dict[str, Any]]:
        by_index: dict[str, list[Row]] = {}
        for row in self.indices:
            by_index.setdefault(row.get("index", ""), []).append(row)
        for name, rows in by_index.items():
            head = rows[0]
            yield _without_empty(
                {
                    "id": name,
                    "title": head.get("title"),
                    "rated": head.get("rated"),
                    "minimum_facets": _whole(head.get("minimum_facets")),
                    "facets": [_facet(row) for row in rows],
                }
            )


def _facet(row: Row) -> dict[str, Any]:
    return {
        "id": row.get("facet"),
        "title": row.get("facet_title"),
        "items": row.get("items", "").split(),
        "minimum_answered": _whole(row.get("minimum_answered")),
    }


def _scale(options: Choices, choices: Sequence[Row]) -> dict[str, Any]:
    ends = {int(choice["name"]): choice["ct_end"] for choice in choices if "ct_end" in choice}
    if len(ends) == 2:
        low, high = sorted(ends)
        return {"from": low, "to": high, "low": ends[low], "high": ends[high]}
    return {"options": dict(options)}


def find_kind(row: Row) -> Kind | None:
    """The kind of a row: the one that it names, or the one that takes its type from another tool."""
    word = row.get("type", "").partition(" ")[0]
    if "ct_scale" in row and "ct_kind" not in row:
        return KINDS["scale"]
    named = KINDS.get(row.get("ct_kind", ""))
    return named or next((kind for kind in KINDS.values() if word in kind.workbook.takes), None)


def _label(row: Row, column: str) -> str | None:
    """The English words, or those without a language, or the first there are."""
    named = {name: text for name, text in row.items() if name == column or name.startswith(f"{column}::")}
    english = next((name for name in named if name.endswith("(en)")), None)
    return named.get(english or column) or next(iter(named.values()), None)


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def _without_empty(fields: dict[str, Any], keep: str = "") -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None or name == keep}
