"""Figures in a real database: all rows or none, corrections as new revisions, every act in the audit log."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.errors import BadTable, NotFound
from app.records.audit_log import acts, is_whole
from app.records.measures import MeasureValue, values_of
from app.services.communities.register_import import Registered, store_register
from app.services.scorecards.load import load_measures, preview_measures, sums_of
from app.services.scorecards.upload_rows import read_rows
from tests.services.making import ACT
from tests.services.scorecards.making import make_rows

REGISTER = [
    Registered("river-city", "River City", "police", "the police"),
    Registered("river-city", "River City", "health", "the clinics"),
    Registered("hill-town", "Hill Town", "police", "the police"),
]


def load(engine: Engine, *changes: Mapping[str, Any]) -> tuple[int, int, int]:
    stated = load_measures(engine, "river-city", make_rows(*changes), ACT, "table.csv")
    return stated.new, stated.corrected, stated.unchanged


def test_a_correction_is_a_new_revision_and_the_old_figure_stays(both_engine: Engine) -> None:
    store_register(both_engine, REGISTER, ACT)
    assert load(both_engine, {}, {"agency": "health", "numerator": 50}) == (2, 0, 0)
    assert load(both_engine, {"numerator": 125}, {"agency": "health", "numerator": 50}) == (0, 1, 1)
    with Session(both_engine) as session:
        police = session.exec(select(MeasureValue).where(MeasureValue.numerator != 50)).all()
        assert [(row.revision, row.numerator) for row in police] == [(1, 120), (2, 125)]
        in_force = values_of(session, [row.agency_id for row in police])
        assert [row.numerator for row in in_force] == [125]
        log = acts(session)
    assert is_whole(log)
    assert [(each.act, each.facts.get("corrected")) for each in log if each.act == "measures loaded"] == [
        ("measures loaded", 0),
        ("measures loaded", 1),
    ]


def test_one_refused_row_keeps_all_out(engine: Engine) -> None:
    store_register(engine, REGISTER, ACT)
    with pytest.raises(BadTable, match=r"line 2: numerator too large: expected a numerator of at most the denom"):
        load(engine, {}, {"agency": "health", "numerator": 201})
    with Session(engine) as session:
        assert session.exec(select(MeasureValue)).all() == []


def test_preview_shows_sums_and_refusals_and_stores_nothing(engine: Engine) -> None:
    store_register(engine, REGISTER, ACT)
    rows = make_rows({}, {"agency": "health", "unknown": 3}, {"agency": "fire"})
    preview = preview_measures(engine, "river-city", rows)
    assert list(sums_of(preview)) == ["1.1 2026-Q1: 240 of 400, unknown 3"]
    assert [str(each) for each in preview.refused] == [
        "line 3: unknown agency: expected an agency of the community, found 'fire'"
    ]
    with Session(engine) as session:
        assert session.exec(select(MeasureValue)).all() == []


def test_an_agency_of_another_community_is_not_known_here(engine: Engine) -> None:
    store_register(engine, REGISTER, ACT)
    with pytest.raises(NotFound, match="there is no community 'nowhere'"):
        preview_measures(engine, "nowhere", make_rows({}))
    assert preview_measures(engine, "hill-town", make_rows({"agency": "health"})).refused


def test_stored_figure_can_be_neither_changed_nor_deleted(engine: Engine) -> None:
    store_register(engine, REGISTER, ACT)
    load(engine, {})
    with Session(engine) as session:
        row = session.exec(select(MeasureValue)).one()
        row.numerator = 1
        with pytest.raises(AssertionError, match="cannot be changed: add a revision"):
            session.commit()


def test_workbook_gives_the_same_figures_as_text(engine: Engine, tmp_path: Path) -> None:
    rows = make_rows({}, {"agency": "health", "numerator": 1.5})
    names = list(rows[0][1])
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(names)
    for _, row in rows:
        sheet.append([float(row[name]) if name in ("numerator", "denominator") else row[name] for name in names])
    stream = io.BytesIO()
    book.save(stream)
    text = "\n".join([",".join(names), *(",".join(row.values()) for _, row in rows)])
    from_workbook = read_rows("a.XLSX", stream.getvalue(), ["measure"])
    assert from_workbook == read_rows("a.csv", text.encode(), ["measure"]) == [(n + 1, dict(row)) for n, row in rows]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"measure,agency\n", "line 2: expected at least one row, found none"),
        ("a.csv", b"", "line 1: expected the columns measure, agency, found none"),
        ("a.csv", b"agency\npolice\n", "line 1: expected the columns measure, agency, found agency"),
        ("a.csv", b"\xff\xfe", "expected a header line and data, found empty lines only"),
        ("a.csv", b"\x00\x01\x02", "expected text with columns, found binary data"),
        ("a.xlsx", b"no workbook", "expected an .xlsx workbook, found something else"),
    ],
)
def test_unreadable_file_is_refused_in_a_sentence(name: str, content: bytes, said: str) -> None:
    with pytest.raises(BadTable, match=said):
        read_rows(name, content, ["measure", "agency"])
