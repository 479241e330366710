"""The page of a scorecard: five steps, each with its questions and measures, then the log and what is withheld."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.language import formats
from app.language.extraction import mark
from app.language.languages import find_language
from app.services.common.report_names import is_simulated
from app.services.scorecards.definitions import STEPS, Measure, OutcomeQuestion, Step, load_definitions
from app.services.scorecards.figures import read_figures
from app.services.scorecards.publish import FrozenScorecard
from app.web.scorecards.figure_writer import FigureWriter
from app.web.scorecards.phrasing import DIRECTIONS, ONLY_TOGETHER, REASONS, scorecard_phrasing
from app.web.scorecards.staffing import staffing_tables, staffing_views
from app.web.scorecards.views import (
    CardView,
    EventView,
    FigureView,
    MeasureView,
    QuestionView,
    Said,
    StepView,
    TableView,
)
from app.web.scorecards.work_writer import WorkWriter

TITLES: Mapping[Step, tuple[str, str]] = {
    "envision": (mark("Envision"), mark("The goals of residents and agencies, and the situation today.")),
    "plan": (mark("Plan"), mark("The people who sit at the table, and the people who are heard.")),
    "invest": (mark("Invest"), mark("Where the money comes from, and what it is spent on.")),
    "evaluate": (mark("Evaluate"), mark("Successes, failures, and the freedom to report them.")),
    "strengthen": (mark("Strengthen"), mark("How community organizations take part.")),
}


@dataclass(frozen=True)
class Card:
    """A scorecard with its figures and the declarations beside them."""

    writer: FigureWriter
    public: Mapping[str, Any]

    @property
    def work(self) -> WorkWriter:
        return WorkWriter(self.writer.phrasing, self.public.get("registers", {}), self.writer.published_on)

    @property
    def targets(self) -> Mapping[str, Mapping[str, Any]]:
        return {each["measure"]: each for each in self.public["targets"]}


def view_card(frozen: FrozenScorecard, lang: str) -> CardView:
    phrasing, definitions = scorecard_phrasing(lang, frozen.words[lang]), load_definitions()
    writer = FigureWriter(read_figures(frozen.card, definitions), definitions, phrasing, frozen.published_on)
    card = Card(writer, frozen.card.document["public"])
    names = [words["community"] for words in frozen.words.values()]
    text, day = phrasing.text, formats.date(frozen.published_on, lang)
    return CardView(
        title=text("Shared Safety scorecard"),
        community=phrasing.words["community"],
        agency=phrasing.agency(frozen.agency) if frozen.agency else "",
        simulated=text("These figures are simulated: a computer made them up.") if is_simulated(names) else "",
        lead=(
            text("Safety is shared work. Five steps, each with the questions to ask and the figures that answer them."),
            text("Each figure shows its uncertainty, who confirmed it, and its limits."),
        ),
        version=text("Version {version}, published on {day}", version=frozen.version, day=day),
        fingerprint=frozen.card.sha256,
        steps=_agency_steps(card) if frozen.agency else _steps(card),
        events=tuple(_event(card, each) for each in card.public["events"]) if not frozen.agency else (),
        sections=card.work.sections(),
        withdrawn=tuple(_withdrawn(writer, each) for each in card.public.get("withdrawn", ())),
        withheld=tuple(_withheld(writer, frozen)),
    )


def _steps(card: Card) -> tuple[StepView, ...]:
    return tuple(_step(card, number, step) for number, step in enumerate(STEPS, 1))


def _agency_steps(card: Card) -> tuple[StepView, ...]:
    """Show the measures of one agency; the questions are those of the community."""
    steps = (
        replace(step, questions=(), measures=tuple(each for each in step.measures if not each.missing))
        for step in _steps(card)
    )
    return tuple(step for step in steps if step.measures)


def _step(card: Card, number: int, step: Step) -> StepView:
    writer = card.writer
    title, lead = TITLES[step]
    return StepView(
        id=step,
        number=formats.number(number, writer.phrasing.lang),
        title=writer.text(title),
        lead=writer.text(lead),
        questions=tuple(_question(card, each) for each in writer.definitions.questions if each.step == step),
        measures=tuple(_measure(card, each) for each in writer.definitions.of_step(step)),
    )


# --- questions


def _question(card: Card, question: OutcomeQuestion) -> QuestionView:
    writer = card.writer
    said = next((_said(card, each) for each in card.public["statements"] if each["question"] == question.id), None)
    figures = tuple(view for figure in question.by for view in _figures(writer, figure))
    entries = card.work.chosen(question.entries)
    missing = "" if said or figures or entries else writer.text("Not yet measured.")
    return QuestionView(writer.text(question.text), said, figures, missing, entries)


def _said(card: Card, statement: Mapping[str, Any]) -> Said:
    text = card.writer.text
    language = find_language(statement["lang"])
    return Said(
        answer=text("Yes") if statement["answer"] else text("No"),
        words=statement["words"],
        lang=statement["lang"],
        direction=language.direction if language else "auto",
        who=statement["attested_by"],
        day=card.writer.phrasing.day(statement["attested_on"]),
    )


def _figures(writer: FigureWriter, figure: str) -> Iterator[FigureView]:
    """The figure of the community; of one that only agencies have, each of them."""
    for series in writer.figures.least(figure):
        whom = ", ".join(
            filter(None, (series.agency and writer.phrasing.agency(series.agency), writer.group(series.figure)))
        )
        yield writer.view(series, writer.text("{figure}: {agency}", figure=writer.title(figure), agency=whom))
    found = writer.figures.find(figure)
    if found is not None and not found.agency:
        yield writer.view(found)
        return
    for series in writer.figures.of(figure):
        agency = writer.phrasing.agency(series.agency)
        yield writer.view(series, writer.text("{figure}: {agency}", figure=writer.title(figure), agency=agency))


# --- measures


def _measure(card: Card, measure: Measure) -> MeasureView:
    writer = card.writer
    target = card.targets.get(measure.id)
    figure = _headline(card, measure)
    tables = tuple(_tables(writer, measure))
    beside = tuple(view for name in measure.companions for view in _figures(writer, name))
    if measure.kind == "staffing":
        beside = tuple(staffing_views(writer))
    is_missing = figure is None and not tables and not (measure.kind == "staffing" and beside)
    return MeasureView(
        id=measure.id,
        title=writer.text(measure.title),
        counted=tuple(_counted(writer, measure)),
        direction=writer.text(ONLY_TOGETHER if measure.needs else DIRECTIONS[measure.direction]),
        figure=figure,
        missing=writer.text("Not yet measured.") if is_missing else "",
        target=_target(writer, measure, target) if target else "",
        beside=beside,
        tables=tables,
        trap=writer.text(measure.trap),
        replies=card.work.replies_about(measure.id),
    )


def _headline(card: Card, measure: Measure) -> FigureView | None:
    found = card.writer.figures.find(measure.id)
    target = card.targets.get(measure.id)
    if found is None:
        return None
    view = card.writer.view(found, target=target["value"] if target else None)
    return replace(view, title=card.writer.phrasing.agency(found.agency) if found.agency else "")


def _counted(writer: FigureWriter, measure: Measure) -> Iterator[str]:
    yield writer.text("Counted: {what}.", what=writer.text(measure.numerator))
    yield writer.text("Out of: {what}.", what=writer.text(measure.denominator))
    yield writer.text("Definition {id}, version {version}.", id=measure.id, version=measure.version)


def _target(writer: FigureWriter, measure: Measure, target: Mapping[str, Any]) -> str:
    value = writer.phrasing.value(target["value"], writer.unit(measure.id) if measure.kind != "staffing" else "points")
    return writer.text("Target: {value} by {year}", value=value, year=target["by_year"])


def _tables(writer: FigureWriter, measure: Measure) -> Iterator[TableView]:
    if measure.kind == "staffing":
        yield from staffing_tables(writer)
        return
    agencies = writer.agencies_table(measure.id)
    if agencies is not None:
        yield agencies
    if measure.is_uploaded:
        yield from writer.parts_tables(measure.id)
    whole = writer.figures.find(measure.id)
    for series in [whole] if whole else writer.figures.of(measure.id):
        table = writer.history_table(series)
        if table is not None:
            yield table


# --- the log, and what is withheld


def _event(card: Card, event: Mapping[str, Any]) -> EventView:
    language = find_language(event["lang"])
    return EventView(
        title=event["title"],
        day=card.writer.phrasing.day(event["held_on"]),
        lang=event["lang"],
        direction=language.direction if language else "auto",
        worked=event["worked"],
        did_not_work=event["did_not_work"],
        report=event["report"],
    )


def _withdrawn(writer: FigureWriter, gone: Mapping[str, Any]) -> str:
    """Name a figure that was taken back, and the reason."""
    agency, period = writer.phrasing.agency(gone["agency"]), writer.phrasing.period_name(gone["period"])
    title = f"{gone['measure']} {writer.title(gone['measure'])}, {agency}, {period}"
    return writer.text("Withdrawn: {figure}. {why}", figure=title, why=gone["correction"])


def _withheld(writer: FigureWriter, frozen: FrozenScorecard) -> Iterator[str]:
    text, rules = writer.text, frozen.card.document["rules"]
    yield text(
        "Numbers of people below {threshold} are hidden and all others rounded to {base}. Percentages of people are "
        "made from these rounded numbers.",
        threshold=writer.phrasing.whole(rules["count_threshold"]),
        base=writer.phrasing.whole(rules["rounding_base"]),
    )
    rows = [row.cell.to_document() for table in frozen.card.tables for row in table.rows]
    reasons = Counter(cell["reason"] for cell in rows if not cell["shown"])
    for reason in REASONS:
        if reasons[reason]:
            count = writer.phrasing.whole(reasons[reason])
            yield text("Numbers: {n}. {reason}", n=count, reason=writer.phrasing.reason(reason).capitalize())
    yield text(
        "Before publication, we tested that no hidden number of people can be worked out from this scorecard and "
        "everything published earlier."
    )
