"""A finding is said only where a verdict survived and its interval leaves out zero; a sentence never says more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.language.languages import LANGUAGES
from app.web.reports.findings import MOST_FINDINGS, find_findings
from app.web.reports.headline_sentences import write_headline
from app.web.reports.phrasing import report_phrasing
from app.web.reports.published_document import Cell, DocumentTable, read_document
from app.web.reports.row_writer import RowWriter
from tests.web.reports.making import ADDRESS, OPEN, make_later_report, make_report, make_words

CLEAR = Cell(shown=True, value=-6.0, low=-9.0, high=-3.0, n=600, verdict="lower")
NOUNS = {"short.police": "the police", "people.age=1": "people aged 18 to 29"}


def make_writer(source: str = ADDRESS, lang: str = "en", *, later: bool = False) -> RowWriter:
    contents = read_document((make_later_report() if later else make_report()).document)
    found = next(each for each in contents.sources if each.id == source)
    phrasing = report_phrasing(lang, {**make_words().get(lang, make_words()["en"]), **NOUNS})
    return RowWriter(contents, found, phrasing)


def with_tables(writer: RowWriter, **tables: DocumentTable) -> RowWriter:
    """A report of these tables alone, beside its index."""
    kept = {"index": writer.source.tables["index"], **tables}
    return replace(writer, source=replace(writer.source, tables=kept))


def one_gap(cell: Cell, **options: str) -> RowWriter:
    """A report in which one group has this difference from the others."""
    writer = make_writer(**options)
    table = writer.source.tables["gaps_by_age"]
    row = replace(next(row for row in table.rows if row.agency == "police" and row.levels["age"] == "1"), cell=cell)
    return with_tables(writer, rest_gaps_by_age=replace(table, rows=(row,)))


def sentences(writer: RowWriter) -> list[str]:
    return [found.sentence for found in find_findings(writer)]


def test_clear_gap_is_a_sentence_with_the_noun_phrase() -> None:
    assert sentences(one_gap(CLEAR)) == ["People aged 18 to 29 trust the police less than other residents do."]


def test_gap_without_a_noun_phrase_names_the_answer() -> None:
    writer = one_gap(CLEAR)
    plain = replace(writer, phrasing=report_phrasing("en", make_words()["en"]))
    plain = replace(plain, phrasing=replace(plain.phrasing, words={**plain.phrasing.words, "people.age=1": ""}))
    assert sentences(plain) == [
        "River City Police: trust is clearly lower among “18 to 29” (age) than among the others."
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "unclear"},
        {"verdict": None},
        {"high": 0.0},
        {"high": 0.1},
        {"flags": ("few_answers",)},
        {"shown": False, "reason": "too_few"},
        {"verdict": "higher"},
    ],
)
def test_gap_is_not_said_without_a_surviving_verdict(change: dict[str, object]) -> None:
    assert sentences(one_gap(replace(CLEAR, **change))) == []  # type: ignore[arg-type]


def test_volunteers_have_no_finding() -> None:
    writer = make_writer(OPEN)
    rows = {
        name: replace(table, rows=tuple(replace(row, cell=replace(row.cell, verdict=None)) for row in table.rows))
        for name, table in writer.source.tables.items()
    }
    assert find_findings(replace(writer, source=replace(writer.source, tables=rows))) == ()


def test_surest_gap_comes_first_and_each_family_once() -> None:
    writer = make_writer()
    table = writer.source.tables["gaps_by_age"]
    rows = [row for row in table.rows if row.agency == "police"][:3]
    cells = [replace(CLEAR, high=high) for high in (-1.0, -5.0, -3.0)]
    table = replace(table, rows=tuple(replace(row, cell=cell) for row, cell in zip(rows, cells, strict=True)))
    (found,) = find_findings(with_tables(writer, rest_gaps_by_age=table))
    assert found.cells[0].high == -5.0


def test_part_is_the_weakest_only_where_its_interval_is_apart() -> None:
    writer = make_writer()
    table = writer.source.tables["facets"]
    assert any("is the weakest part" in each for each in sentences(with_tables(writer, facets=spread(table, 3.5))))
    assert sentences(with_tables(writer, facets=spread(table, 3.0))) == []


def spread(table: DocumentTable, step: float) -> DocumentTable:
    """The parts of the police, `step` points from one to the next, each 1.6 points up and down."""
    rows = [row for row in table.rows if row.agency == "police"]
    cells = [
        replace(row.cell, value=40 + step * k, low=38.4 + step * k, high=41.6 + step * k) for k, row in enumerate(rows)
    ]
    return replace(table, rows=tuple(replace(row, cell=cell) for row, cell in zip(rows, cells, strict=True)))


def test_barrier_is_said_with_its_interval() -> None:
    writer = make_writer()
    table = writer.source.tables["share_awareness"]
    row = replace(table.rows[0], term="barriers", cell=Cell(shown=True, value=70, low=67, high=73, n=600))
    (sentence,) = sentences(with_tables(writer, share_barriers=replace(table, rows=(row,))))
    assert sentence.endswith(": 70% (67 to 73%)")


def test_break_between_rounds_is_said_first() -> None:
    writer = make_writer(later=True)
    changed = {**writer.contents.facts, "survey": "community-trust 2.0"}
    broken = replace(writer, contents=replace(writer.contents, facts=changed))
    assert sentences(broken)[0] == ("This survey round cannot be compared with the one before: the questions changed.")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_findings_and_headline_are_complete_in_every_language(lang: str) -> None:
    writer = make_writer(lang=lang)
    found = find_findings(writer)
    assert 1 <= len(found) <= MOST_FINDINGS
    said = [*(each.sentence for each in found), write_headline(writer)]
    assert all(each and "{" not in each for each in said)


# --- the headline


def test_headline_names_the_agency_that_is_clearly_above_all() -> None:
    assert write_headline(make_writer()) == (
        "Trust in River City Clinics is clearly higher than in the police and River City Housing. "
        "Trust in River City Housing has risen since the previous survey round. "
        "Trust in River City Clinics has fallen since the previous survey round."
    )


def test_headline_says_that_no_agencies_differ() -> None:
    writer = make_writer()
    table = writer.source.tables["agency_gaps"]
    unclear = replace(table, rows=tuple(replace(r, cell=replace(r.cell, verdict="unclear")) for r in table.rows))
    assert write_headline(with_tables(writer, agency_gaps=unclear)) == (
        "There is no clear difference between any two agencies."
    )


def test_headline_of_volunteers_ranks_no_agency() -> None:
    headline = write_headline(make_writer(OPEN))
    assert "clearly" not in headline
    assert headline.startswith("the police: 47.1" if headline[0].islower() else "River City Police: 47.1")
