"""No row of a report says by being there that someone is in a group or gave an answer."""

from __future__ import annotations

from dataclasses import replace

from analysis.disclosure.catalogue import Catalogue
from analysis.disclosure.cells import Shown, Withheld
from analysis.disclosure.presence import without_presence
from analysis.disclosure.tables import ProtectedRow, ProtectedTable

FEW = Withheld("too_few")
SHOWN = Shown(50.0, 45.0, 55.0, 2.5, 100, 90)
CATALOGUE = Catalogue.of(
    {"source": ["letters"], "agency": ["police", "library"], "age": ["1", "2", "3"], "race_1": ["yes", "no"]},
    crossings=[("source", "agency"), ("source", "agency", "age"), ("source", "agency", "race_1")],
)
LIBRARY, POLICE = "source=letters, agency=library", "source=letters, agency=police"


def make_row(domain: str, cell: Shown | Withheld = FEW, term: str = "CTI", against: str | None = None) -> ProtectedRow:
    return ProtectedRow(domain, term, "CTI", against, cell)


def make_table(name: str, *rows: ProtectedRow, kind: str = "index") -> ProtectedTable:
    return ProtectedTable(f"letters.{name}", name, kind, "points", False, rows)  # type: ignore[arg-type]


def domains_of(table: ProtectedTable) -> list[str]:
    return [row.domain for row in table.rows]


def test_one_person_leaves_the_same_rows_as_any_other() -> None:
    profiles = [
        without_presence([make_table("index_by_age", make_row(f"{LIBRARY}, age={age}"))], CATALOGUE)
        for age in ("1", "2", "3")
    ]
    assert profiles[0] == profiles[1] == profiles[2]
    assert domains_of(profiles[0][0]) == [f"{agency}, age={age}" for agency in (POLICE, LIBRARY) for age in "123"]
    assert {row.cell for row in profiles[0][0].rows} == {FEW}


def test_shown_rows_stay_as_they_are_beside_added_ones() -> None:
    shown = make_row(f"{POLICE}, age=2", SHOWN)
    (table,) = without_presence([make_table("index_by_age", shown)], CATALOGUE)
    assert shown in table.rows
    assert len(table.rows) == 6


def test_group_that_is_shown_elsewhere_gets_no_row() -> None:
    other = make_table("facets_by_age", make_row(f"{POLICE}, age=1", SHOWN))
    (table, _) = without_presence([make_table("index_by_age", make_row(f"{POLICE}, age=2")), other], CATALOGUE)
    assert f"{POLICE}, age=1" not in domains_of(table)


def test_gap_is_added_with_the_agency_it_belongs_to() -> None:
    gap = make_row(f"{POLICE}, age=2", against=POLICE)
    (table,) = without_presence([make_table("rest_gaps_by_age", gap, kind="gap")], CATALOGUE)
    assert all(row.against == row.domain.rpartition(", ")[0] for row in table.rows)


def test_people_outside_a_group_of_several_answers_get_no_row() -> None:
    (table,) = without_presence([make_table("index_by_race_1", make_row(f"{LIBRARY}, race_1=yes"))], CATALOGUE)
    assert {row.rpartition("=")[2] for row in domains_of(table)} == {"yes"}


def test_answers_of_a_hidden_question_are_left_out() -> None:
    given = [
        make_row(LIBRARY, term="B1:answer=4"),
        make_row(POLICE, SHOWN, "B1:answer=1"),
        make_row(POLICE, term="B1:answer=5"),
    ]
    (table,) = without_presence([make_table("item_B1", *given, kind="share")], CATALOGUE)
    assert [row.term for row in table.rows if row.domain == LIBRARY] == []
    assert [row.term for row in table.rows if row.domain == POLICE] == ["B1:answer=1", "B1:answer=5"]


def test_question_that_is_hidden_to_protect_another_stays() -> None:
    row = replace(make_row(LIBRARY, term="B1:answer=4"), cell=Withheld("protects_another"))
    (table,) = without_presence([make_table("item_B1", row, kind="share")], CATALOGUE)
    assert table.rows == (row,)
