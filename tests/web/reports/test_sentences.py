"""The sentences of a report follow from its figures, in every language."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from app.web.reports.composition import composition_part
from app.web.reports.group_gaps import gap_sentences
from app.web.reports.page import view_report, view_source
from app.web.reports.phrasing import report_phrasing
from app.web.reports.published_document import Cell, DocumentContents, DocumentRow, read_document
from app.web.reports.row_writer import RowWriter
from app.web.reports.summary import summarize
from tests.web.reports.making import ADDRESS, LANGUAGES, OPEN, make_frozen, make_report, make_words


def make_teller(source: str = ADDRESS, lang: str = "en") -> RowWriter:
    contents = read_document(make_report().document)
    found = next(each for each in contents.sources if each.id == source)
    return RowWriter(contents, found, report_phrasing(lang, make_words()[lang]))


def with_cell(writer: RowWriter, table: str, agency: str, cell: Cell) -> RowWriter:
    """The same report with another figure for one agency."""
    old = writer.source.tables[table]
    rows = tuple(replace(row, cell=cell) if row.agency == agency else row for row in old.rows)
    tables = {**writer.source.tables, table: replace(old, rows=rows)}
    return replace(writer, source=replace(writer.source, tables=tables))


def test_summary_names_people_index_interval_and_clear_results() -> None:
    assert summarize(make_teller())[:9] == (
        "About 1,800 people answered, of those picked at random from a list of addresses.",
        "About 25% of the invited addresses answered.",
        "River City Police: 47.1 of 100 points of trust. With the margin of sampling error: 45.5 to 48.7 points.",
        "River City Clinics: 60.2 of 100 points of trust. With the margin of sampling error: 58.6 to 61.8 points.",
        "River City Housing: 48.3 of 100 points of trust. With the margin of sampling error: 46.7 to 49.9 points.",
        "Trust in River City Clinics is clearly higher than in River City Police.",
        "Trust in River City Clinics is clearly higher than in River City Housing.",
        "There is no clear difference between any other pair of agencies.",
        "River City Police: no clear change since the previous survey round.",
    )


@pytest.mark.parametrize(
    ("low", "high", "stated"),
    [
        (-4.2, -0.1, "down by 2.0 points"),
        (-4.2, 0.0, "no clear change"),
        (0.1, 4.0, "up by 2.0 points"),
        (-0.1, 4.0, "no clear change"),
    ],
)
def test_change_has_a_direction_when_its_interval_excludes_zero(low: float, high: float, stated: str) -> None:
    value = 2.0 if high > 0.5 else -2.0
    writer = with_cell(make_teller(), "changes", "police", Cell(shown=True, value=value, low=low, high=high, n=600))
    sentences = [each for each in summarize(writer) if "since the previous survey round" in each and "Police" in each]
    assert len(sentences) == 1
    assert stated in sentences[0]


def test_agency_with_a_withheld_index_is_named_with_the_reason() -> None:
    writer = with_cell(make_teller(), "index", "police", Cell(shown=False, reason="too_few"))
    assert "River City Police: not shown, too few people answered." in summarize(writer)


def test_groups_are_named_only_where_the_difference_is_clear() -> None:
    sentences = [each for each in summarize(make_teller()) if each.startswith("River City Police: trust is clearly")]
    assert sentences == [
        "River City Police: trust is clearly lower than overall among people aged 18 to 29, Black and African American "
        "residents, and people who speak only English at home.",
        "River City Police: trust is clearly higher than overall among people aged 65 or older.",
    ]


def of_areas(writer: RowWriter) -> RowWriter:
    """The same report as if its ages were areas."""
    old = writer.source.tables["gaps_by_age"]
    rows = tuple(
        replace(row, levels={"area" if name == "age" else name: level for name, level in row.levels.items()})
        for row in old.rows
    )
    return replace(writer, source=replace(writer.source, tables={"gaps_by_area": replace(old, rows=rows)}))


def test_areas_are_never_ranked_by_self_selected_respondents() -> None:
    assert any("who live in North" in each for each in gap_sentences(of_areas(make_teller(ADDRESS))))
    assert list(gap_sentences(of_areas(make_teller(OPEN)))) == []


def test_population_is_shown_beside_the_respondents_if_known() -> None:
    writer = make_teller()
    facts = {**writer.contents.facts, "population.age=1": 22.0}
    stated = composition_part(replace(writer, contents=replace(writer.contents, facts=facts)))
    assert stated is not None
    figure = stated.figures[0]
    assert figure.columns == ("As people answered", "After weighting", "Population", "People (rounded)")
    assert [entry.words for entry in figure.blocks[0].lines[0].entries] == ["20%", "23%", "22%", "1,800"]
    plain = composition_part(writer)
    assert plain is not None
    assert "Population" not in plain.figures[0].columns


def test_self_selected_people_do_not_stand_for_all_residents() -> None:
    first = summarize(make_teller(OPEN))[0]
    assert (
        first == "About 1,800 people answered. They were not picked at random, so they do not represent all residents."
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sources_are_separate_with_the_address_sample_first(lang: str) -> None:
    frozen = make_frozen()
    view = view_report(frozen.report.document, frozen.words, lang, 1, frozen.published_on, frozen.report.sha256)
    assert [source.id for source in view.sources] == [ADDRESS, OPEN]
    for source in view.sources:
        assert len(source.method) == 11
        assert {figure.recipe for part in source.parts for figure in part.figures} <= {r.id for r in source.recipes}
    ids = [part.id for source in view.sources for part in source.parts]
    ids += [figure.id for source in view.sources for part in source.parts for figure in part.figures]
    assert len(ids) == len(set(ids))


# --- the two wordings


def said_of(source: str, lang: str) -> str:
    return repr(view_source(make_teller(source, lang)))


FORBIDDEN = {
    "en": re.compile("margin of error|margins of error", re.IGNORECASE),
    "es": re.compile("m[aá]rgen(es)? de error", re.IGNORECASE),
    "ar": re.compile("هامش (ال)?خطأ|هوامش (ال)?خطأ"),
}
OWED = {"en": "margin of sampling error", "es": "margen de error muestral", "ar": "هامش خطأ المعاينة"}
MODELLED = {"en": "Likely range", "es": "Intervalo según modelo", "ar": "نطاق محسوب بنموذج"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("words", ["en", "es", "ar"])
def test_open_link_has_no_margin_of_error_in_text_or_charts(lang: str, words: str) -> None:
    stated = said_of(OPEN, lang)
    assert not FORBIDDEN[words].search(stated)
    assert MODELLED[lang] in stated


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_address_sample_is_given_its_margin_of_sampling_error(lang: str) -> None:
    stated = said_of(ADDRESS, lang)
    assert OWED[lang] in stated
    assert MODELLED[lang] not in stated


def test_open_link_disclosure_names_dates_population_and_weights() -> None:
    stated = view_source(make_teller(OPEN)).statement
    assert stated == (
        "Responses come from people who chose to take part (Mar 1 – Apr 15, 2026) through a link open to everyone. The "
        "answers were weighted to “Simulated population” (2026) by age and language at home. Because participants "
        "selected themselves, no margin of sampling error can be calculated; the likely ranges show model uncertainty "
        "only and do not include selection bias."
    )


def test_answers_without_population_table_are_called_unweighted() -> None:
    writer = make_teller(OPEN)
    plain = replace(writer, source=replace(writer.source, facts={**writer.source.facts, "weighted_by": ""}))
    assert "The answers were not weighted." in view_source(plain).statement
    listed = replace(writer, source=replace(writer.source, facts={**writer.source.facts, "weighted_by": "stratum"}))
    assert "Weights: addresses on the list for each answer." in repr(view_source(listed).recipes)


# --- rows


def rows_of(contents: DocumentContents) -> list[DocumentRow]:
    return [row for source in contents.sources for table in source.tables.values() for row in table.rows]


def test_every_withheld_figure_says_why_in_its_place() -> None:
    writer = make_teller()
    hidden = [row for table in writer.source.tables.values() for row in table.rows if not row.cell.shown]
    lines = [
        line
        for part in view_source(writer).parts
        for figure in part.figures
        for block in figure.blocks
        for line in block.lines
    ]
    assert hidden
    assert {line.label for line in lines if line.withheld} == {"Yes, another language"}
    assert all(line.withheld == "Not shown: too few people answered" for line in lines if line.withheld)
    assert all(line.chart and line.entries for line in lines if not line.withheld)


@pytest.mark.parametrize(("community", "simulated"), [("", True), ("Springfield", False)])
def test_simulated_community_is_shown_as_simulated(community: str, simulated: bool) -> None:
    frozen = make_frozen(community=community)
    for lang in LANGUAGES:
        view = view_report(frozen.report.document, frozen.words, lang, 1, frozen.published_on, "0" * 64)
        assert bool(view.simulated) is simulated


def test_low_reliability_and_frequent_dont_know_are_flagged() -> None:
    stated = repr(view_source(make_teller()))
    assert "low: read with care" in stated
    assert "Read with care: 34% said “don’t know” to “People who work for … treat people with respect.”" in stated
    assert "6% said “don’t know”" not in stated


def test_laxer_rule_is_shown() -> None:
    from analysis.disclosure import Rules
    from tests.web.reports.making import publish_with

    report = publish_with(Rules(count_threshold=5))
    view = view_report(report.document, make_words(), "en", 1, make_frozen().published_on, report.sha256)
    stated = "This report is less strict than our rules: smallest number of people that is shown is 5."
    assert stated in view.withheld.paragraphs
