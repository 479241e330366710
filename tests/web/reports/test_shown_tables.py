"""A table that a report holds stands on one of its pages, in its PDF file and in its CSV table."""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from analysis.disclosure import DraftReport, PublishedReport, publish
from app.paths import ROOT
from app.services.reports.publish import FrozenReport
from app.web.reports.csv_export import to_csv
from app.web.reports.group_gaps import OLD_GAP_TABLES
from app.web.reports.page import view_report
from app.web.reports.page_set import list_pages, read_report
from app.web.reports.parts import PARTS, find_unshown
from app.web.reports.published_document import read_document
from app.web.reports.rendering import render_report
from app.web.reports.views import ReportView
from tests.web.reports.making import ADDRESS, LEVELS, make_draft, make_table, make_words

RECIPE = ROOT / "analysis" / "report"


def draft_with(name: str, kind: Any, value: float, people: int) -> DraftReport:
    """Every table of the usual report, and one more."""
    draft = make_draft((ADDRESS,))
    more = make_table(ADDRESS, name, kind, [(f"agency={slug}", "CTI", value, 1.0, people) for slug in LEVELS])
    place = next(k for k, section in enumerate(draft.sections) if section.name == f"{ADDRESS}.headline")
    headline = replace(draft.sections[place], tables=(*draft.sections[place].tables, more))
    return replace(draft, sections=(*draft.sections[:place], headline, *draft.sections[place + 1 :]))


@cache
def make_full_report() -> PublishedReport:
    return publish(draft_with("index_without_doubtful", "index", 51.7, 600), [])


def pages(document: Mapping[str, Any]) -> list[str]:
    """All pages of a report, without its fingerprint."""
    frozen = FrozenReport("river-city", "x", 1, date(2026, 5, 2), Unsealed(document), make_words())  # type: ignore[arg-type]
    context = read_report(frozen, "en")
    return [(render_report(context, link.page, False) or ("", ""))[0] for link in list_pages(context)]


@dataclass(frozen=True)
class Unsealed:
    """A document in the place of a published report."""

    document: Mapping[str, Any]
    sha256: str = "0" * 64


def without(document: Mapping[str, Any], table: str) -> dict[str, Any]:
    sections = [
        {**section, "tables": [each for each in section["tables"] if each["id"] != table]}
        for section in document["sections"]
    ]
    return {**document, "sections": sections}


def tables_of(document: Mapping[str, Any]) -> list[str]:
    return [table.id for source in read_document(document).sources for table in source.tables.values()]


def test_every_table_of_a_report_belongs_to_a_part() -> None:
    assert not list(find_unshown(read_document(make_full_report().document)))


def test_a_page_changes_when_any_table_is_left_out() -> None:
    """A part that names a table and does not show it fails here."""
    document = make_full_report().document
    whole = pages(document)
    assert len(tables_of(document)) >= 25
    assert [table for table in tables_of(document) if pages(without(document, table)) == whole] == []


def test_annex_changes_when_any_table_is_left_out() -> None:
    document = make_full_report().document
    whole = annex(document)
    assert [table for table in tables_of(document) if annex(without(document, table)) == whole] == []


def annex(document: Mapping[str, Any]) -> ReportView:
    return view_report(document, make_words(), "en", 1, date(2026, 5, 2), "0" * 64)


def test_no_figure_stands_on_two_pages() -> None:
    """Two pages never hold the same table with its numbers."""
    found = [re.findall(r"<table.*?</table>", html, re.DOTALL) for html in pages(make_full_report().document)]
    tables = [table for page in found for table in page]
    assert len(tables) > 20
    assert len(tables) == len(set(tables))


def test_the_csv_table_holds_every_table() -> None:
    document = make_full_report().document
    rows = csv.DictReader(io.StringIO(to_csv(document, make_words(), "en").decode("utf-8-sig")))
    assert {f"{row['source']}.{row['table']}" for row in rows} == set(tables_of(document))


def test_a_new_statistic_without_a_part_is_found() -> None:
    report = publish(draft_with("median_trust", "index", 50.0, 600), [])
    assert list(find_unshown(read_document(report.document))) == [f"{ADDRESS}.median_trust"]


# --- the recipe


def list_names(source: str) -> Iterator[str]:
    """The names of tables in a module of the recipe; of `item_{code}` the beginning."""
    tree = ast.parse(source)
    constants = dict(_list_constants(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = [each.id for each in (node.func, *node.args) if isinstance(each, ast.Name)]
            if {"table_of", "_rated_table"} & set(called):
                place = next(k for k, each in enumerate(node.args) if isinstance(each, ast.Name) and each.id == "study")
                name = _begin(node.args[place + 1], constants)
                yield from [name] if name else []


def _list_constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The names of strings at the top of a module, also of several on one line."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            (target,) = node.targets
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=True))
            for name, value in pairs:
                if isinstance(name, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield name.id, value.value


def _begin(argument: ast.expr, constants: Mapping[str, str]) -> str:
    if isinstance(argument, ast.JoinedStr):
        first = argument.values[0]
        argument = first.value if isinstance(first, ast.FormattedValue) else first
    if isinstance(argument, ast.Name):
        return constants.get(argument.id, "")
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""


def has_part(name: str) -> bool:
    beginnings = [table for part in PARTS for table in part.tables if name.endswith("_") and table.startswith(name)]
    return bool(beginnings) or any(part.shows(name) for part in PARTS)


def test_the_recipe_makes_no_table_without_a_part() -> None:
    made = {name for path in RECIPE.glob("*.py") for name in list_names(path.read_text("utf-8"))}
    assert len(made) >= 15
    assert {name for name in made if not has_part(name)} == set()


def test_every_table_of_a_part_is_made_by_the_recipe() -> None:
    made = {name for path in RECIPE.glob("*.py") for name in list_names(path.read_text("utf-8"))}
    named = {table for part in PARTS for table in part.tables} - {OLD_GAP_TABLES}
    assert {table for table in named if not any(table.startswith(name) for name in made)} == set()


@pytest.mark.parametrize("call", ['table_of(study, "medians", "index", found)', 'table_of(study, f"mode_{x}", "i", y)'])
def test_a_new_table_in_the_recipe_without_a_part_is_found(call: str) -> None:
    (name,) = list_names(call)
    assert not has_part(name)
