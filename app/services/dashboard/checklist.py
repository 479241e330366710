"""Show a survey round as a checklist: what is done, what is missing, what comes next, each with one button."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from app.language.languages import LANGUAGES
from app.questionnaire.loading import load_survey
from app.questionnaire.problems import SurveyProblems
from app.records.ballots import CURRENT, OPENING, count_responses, count_responses_by_sample
from app.records.codes import BatchCount, batch_counts
from app.records.communities import get_community_of
from app.records.database import reading, writing
from app.records.desks import desks_of
from app.records.measures import scorecards_of
from app.records.releases import releases_of
from app.records.wave_lifecycle import CLOSED, DRAFT, OPEN, PUBLISHED
from app.records.wave_notes import SAMPLE, WEEKS, find_note, store_note
from app.records.waves import Wave, get_wave, rated_agencies_of, waves_with_status
from app.services.dashboard.overview import count_waiting, describe_waiting
from app.services.dashboard.wave_page import WaveView, count_asked
from app.services.dashboard.weighting_check import WeightingCheck, check_wave
from app.services.holders.identity import ROLES
from app.services.holders.register import list_statuses
from app.services.translations.own_words import asked_survey
from app.services.translations.review_status import sentences_asked, unreviewed
from app.services.translations.untranslated import find_gaps
from app.services.waves.crowds import find_lost_labels
from app.services.waves.expected_crowds import NEEDED, USUAL_RATE, ExpectedPart, warn_of_crowds
from app.services.waves.letter_settings import find_look, missing_in_letter
from app.services.waves.protocol import LAST_DAY, RESULTS_DAY
from app.services.waves.sample_plan import describe_sample, to_sample
from app.settings import Settings

ADDRESS_SAMPLE = "address sample"  # the source of letters
DONE, NOW, WAITING, LATER, OPTIONAL = "done", "to do now", "waiting", "later", "you can"


@dataclass(frozen=True)
class Step:
    """Hold one step: its status in words, what is done or missing, and the page where it is done."""

    title: str
    status: str
    lines: tuple[str, ...]
    path: str = ""
    button: str = ""
    more: tuple[tuple[str, str], ...] = ()  # words and address of further pages


@dataclass(frozen=True)
class Checklist:
    """Hold the steps of one round, and the sealed answers by week, in steps of the box size."""

    slug: str
    status: str
    steps: tuple[Step, ...]
    weeks: tuple[tuple[str, int], ...] = ()

    @property
    def next(self) -> Step | None:
        return next((step for step in self.steps if step.status == NOW), None)

    @property
    def most(self) -> int:
        return max((count for _, count in self.weeks), default=0)


def is_held(engine: Engine, settings: Settings) -> bool:
    """Return whether an operator and a second holder of this service have unused keys."""
    return {*ROLES} <= {each.role for each in list_statuses(engine, settings) if each.is_genuine and each.unused}


def make_checklist(engine: Engine, settings: Settings, view: WaveView, today: date) -> Checklist:
    """Return the steps of a round, in the order in which an operator meets them."""
    held = is_held(engine, settings)
    letter_gaps = missing_in_letter(find_look(engine, view.slug))
    with reading(engine) as session:
        wave = get_wave(session, view.slug)
        maker = _StepMaker(session, wave, view, held, letter_gaps, today)
        weeks = find_note(session, wave.id or 0, WEEKS)
        return Checklist(view.slug, view.status, tuple(maker.steps()), tuple(sorted(weeks.items())))


@dataclass(frozen=True)
class _StepMaker:
    session: Session
    wave: Wave
    view: WaveView
    held: bool
    letter_gaps: tuple[str, ...]
    today: date

    @property
    def page(self) -> str:
        return f"/staff/waves/{self.wave.slug}"

    @property
    def place(self) -> str:
        return f"/staff/communities/{self.view.community}"

    def steps(self) -> Iterator[Step]:
        before = [
            self.plan(),
            self.questions(),
            self.holder(),
            self.population(),
            self.sample(),
            self.languages(),
            self.letters(),
            self.help_points(),
        ]
        if self.wave.status != DRAFT:
            before = [self._behind(step) for step in before]
        yield from before
        yield self.opening([str(n) for n, step in enumerate(before, 1) if step.status == NOW])
        yield self.collecting()
        yield self.closing()
        yield self.publishing()

    def _behind(self, step: Step) -> Step:
        """Return a step of the preparation as it stands after opening: some can still be used while people answer."""
        status = OPTIONAL if self.wave.status == OPEN and step.status == OPTIONAL else DONE
        return Step(step.title, status, step.lines, step.path if step.title in KEEP_LINK else "", "Look")

    def plan(self) -> Step:
        protocol = self.wave.protocol
        dates = [
            f"{words} {protocol[name]}"
            for words, name in (("last day", LAST_DAY), ("results on", RESULTS_DAY))
            if name in protocol
        ]
        agencies = ", ".join(each.partition("/")[2] for each in self.view.line.agencies) or "no agency"
        lines = [f"{self.view.survey} · {agencies}", " · ".join(dates) or "Without a last day and a day of the results"]
        missing = [] if protocol.get("conductor") or protocol.get("sponsor") else ["Residents do not read who asks"]
        missing += [] if self.wave.contact else ["Residents find no contact for questions"]
        missing += [] if dates else ["Say the last day and the day of the results"]
        return Step(
            "Plan", NOW if missing else DONE, (*lines[:1], *(missing or lines[1:])), f"{self.page}/plan", "Change"
        )

    def questions(self) -> Step:
        try:
            survey = load_survey(self.wave.survey_text)
        except SurveyProblems as refused:
            return Step("Questions", NOW, tuple(map(str, refused.problems[:3])), f"{self.page}/plan", "Change")
        lines = (f"{count_asked(survey)} questions: {survey.title}",)
        return Step("Questions", DONE, lines, f"{self.page}/questions", "Look")

    def holder(self) -> Step:
        if self.held:
            return Step("Second holder", DONE, ("Both holders have keys",), "/staff/holders", "Look")
        lines = ("No answer is read without a second holder of keys, such as a community organization",)
        return Step("Second holder", NOW, lines, "/staff/holders", "Go on")

    def population(self) -> Step:
        found = self.weighting()
        lines = [f"Weights by {', '.join(found.usable)}"] if found.usable else []
        status = DONE if not found.problems else NOW
        return Step("Population", status, (*lines, *found.problems), f"{self.place}/population", "Go on")

    def weighting(self) -> WeightingCheck:
        try:
            return check_wave(self.session, self.wave)
        except SurveyProblems:
            return WeightingCheck((), ())

    def sample(self) -> Step:
        path = f"{self.page}/sample"
        if self.wave.code_policy == "none":
            return Step("Sample", DONE, ("Everyone answers by the open link",), path, "Look")
        kept = to_sample(find_note(self.session, self.wave.id or 0, SAMPLE))
        if kept:
            return Step("Sample", DONE, tuple(describe_sample(kept)), path, "Look")
        lines = ("How many letters, in which parts of the city",)
        return Step("Sample", OPTIONAL if self.wave.code_policy == "optional" else NOW, lines, path, "Go on")

    def languages(self) -> Step:
        try:
            survey = asked_survey(self.session, self.wave)
        except SurveyProblems:
            return Step("Languages", WAITING, ("The questions have problems",))
        drafts = unreviewed(self.session, survey.catalog, self.wave.languages, asked=sentences_asked(survey))
        lines, is_open = [], False
        for code in self.wave.languages:
            words = LANGUAGES[code].english_name if code in LANGUAGES else code
            if self.wave.status == DRAFT and code in LANGUAGES and (gaps := find_gaps(survey, code)):
                lines.append(f"{words}: {len(gaps)} sentences to translate")
                is_open = True
            elif code not in drafts or not drafts[code]:
                lines.append(f"{words}: ready")
            elif code in self.wave.drafts:
                lines.append(f"{words}: a draft, and pages say so")
            else:
                lines.append(f"{words}: not checked by two people yet")
                is_open = True
        return Step("Languages", NOW if is_open else DONE, tuple(lines), f"{self.page}/languages", "Go on")

    def letters(self) -> Step:
        path = f"{self.page}/letters"
        if self.wave.code_policy == "none":
            return Step("Letters", OPTIONAL, ("Posters and cards",), path, "Look")
        made = {(each.source, each.stratum): each for each in batch_counts(self.session, self.wave.id or 0)}
        lines = [f"{' / '.join(filter(None, key))}: {each.codes:,} codes" for key, each in made.items()]
        gaps = [f"Missing on the letter: {', '.join(self.letter_gaps)}"] if self.letter_gaps else []
        if not made:
            gaps.append("No codes yet")
        more = (("Make codes and letters", f"{self.page}/codes"),)
        is_needed = self.wave.code_policy == "required" or find_note(self.session, self.wave.id or 0, SAMPLE)
        status = DONE if made else NOW if is_needed else OPTIONAL
        return Step("Letters", status, (*lines, *gaps), path, "Go on", more)

    def help_points(self) -> Step:
        found = [desk.name for desk in desks_of(self.session, self.wave.id or 0) if not desk.closed_on]
        lines = (", ".join(found),) if found else ("Places where staff help people answer, such as a library",)
        return Step("Help points", DONE if found else OPTIONAL, lines, f"{self.page}/desks", "Look" if found else "Add")

    def opening(self, waits_for: Sequence[str]) -> Step:
        if self.wave.status != DRAFT:
            return Step("Open", DONE, (f"Since {self.wave.opened_on}", *self._token_gap()))
        reasons, few = self.view.reasons, tuple(self._few_answers())
        if reasons:
            lines = tuple(f"{each[:1].upper()}{each[1:]}" for each in reasons)
            return Step("Open", WAITING, (*lines, *few, *self._token_gap()))
        lines = ("Everything that opening needs is there.", *few, *self._token_gap())
        if waits_for:
            lines += (f"Look at step {', '.join(waits_for)} first: a promise to residents cannot be taken back.",)
        return Step("Open", NOW, lines, f"{self.page}/open", "Open…")

    def _few_answers(self) -> Iterator[str]:
        """Yield a warning, which is no obstacle, for each part in which an agency will get too few answers."""
        planned = to_sample(find_note(self.session, self.wave.id or 0, SAMPLE))
        rates = {part.name: part.rate for part in planned.parts} if planned else {}
        made = [each for each in batch_counts(self.session, self.wave.id or 0) if each.source == ADDRESS_SAMPLE]
        parts = [ExpectedPart(each.stratum, each.codes, rates.get(each.stratum, USUAL_RATE)) for each in made]
        if not made and planned:
            parts = [ExpectedPart(part.name, part.letters, part.rate) for part in planned.parts]
        chances = [chance for _, chance in rated_agencies_of(self.session, self.wave.id or 0)]
        if few := list(warn_of_crowds(parts, chances)):
            yield NEEDED
            yield from few

    def _token_gap(self) -> tuple[str, ...]:
        return (self.view.token_gap,) if self.view.token_gap else ()

    def collecting(self) -> Step:
        more = (("Help points", f"{self.page}/desks"), ("Reminders", f"{self.page}/letters"))
        if self.wave.status == DRAFT:
            return Step("Collect", LATER, (self._until(),))
        lines = [*self._sealed()] if self.wave.status == OPEN else []
        if self.view.opened is not None:
            lines.append(f"About {self.view.opened} answers are unlocked")
        helped = [desk.name for desk in desks_of(self.session, self.wave.id or 0) if not desk.closed_on]
        if helped and self.wave.status == OPEN:
            lines.append(f"Help points: {', '.join(helped)}")
        if self.wave.status != OPEN:
            return Step("Collect", DONE, tuple(lines), f"{self.page}/fieldwork", "Look")
        lines.append(self._until())
        return Step("Collect", NOW, tuple(lines), f"{self.page}/fieldwork", "See missing groups", more)

    def _sealed(self) -> Iterator[str]:
        """Yield sealed answers by kind of sample, in steps of the box size, as far as spent codes show the kind."""
        opened = count_responses_by_sample(self.session, self.wave.id or 0)
        size = self.wave.box_size
        for batch in self._told_apart(opened):
            sealed = batch.spent - opened.get((batch.source, batch.stratum), 0)
            name = batch.stratum or batch.source
            yield f"{name}: {describe_waiting(sealed, size)} sealed answers, of {batch.codes:,} letters"
        early = self.view.fewest_to_open
        waiting = self.view.line.waiting
        yield f"In all: {waiting} sealed answers; {early} or more of one part and agency can be unlocked in part"

    def _told_apart(self, opened: Mapping[tuple[str, str], int]) -> list[BatchCount]:
        """Return the batches whose sealed answers are known: none where opened answers lost their part or source."""
        batches = batch_counts(self.session, self.wave.id or 0)
        kinds = {(each.source, each.stratum) for each in batches}
        return batches if find_lost_labels(kinds).isdisjoint(opened) else []

    def _until(self) -> str:
        last = self.wave.protocol.get(LAST_DAY)
        if not last:
            return "Without a planned end"
        days = (date.fromisoformat(last) - self.today).days
        if days < 0:
            return f"The last day was {last}: close the survey round"
        return f"Until {last}, {'today' if not days else 'tomorrow' if days == 1 else f'in {days} days'}"

    def closing(self) -> Step:
        if self.wave.status == DRAFT:
            return Step(
                "Close and unlock", LATER, ("No one can answer after closing, and the last answers are unlocked",)
            )
        if self.wave.status == OPEN:
            last = self.wave.protocol.get(LAST_DAY)
            is_over = bool(last) and date.fromisoformat(last or "") < self.today
            more = (("Unlock the answers…", f"{self.page}/box"),) if self.view.can_open_box else ()
            return Step(
                "Close and unlock", NOW if is_over else OPTIONAL, (self._until(),), f"{self.page}/close", "Close…", more
            )
        if self.view.sealed or self.view.interrupted:
            lines = ("Closed. The second holder types the passphrase, and the last answers are unlocked.",)
            return Step("Close and unlock", NOW, lines, f"{self.page}/box", "Unlock the answers…")
        return Step("Close and unlock", DONE, (f"Closed on {self.wave.closed_on}; no answer is sealed",))

    def publishing(self) -> Step:
        results = self.wave.protocol.get(RESULTS_DAY)
        promised = (f"Promised for {results}",) if results else ()
        if not self.view.can_report:
            return Step("Publish", LATER, (*promised, "You see every page before it is final"))
        report = f"Report: version {self.view.versions[-1]}" if self.view.versions else NOT_PUBLISHED
        releases = releases_of(self.session, self.wave.id or 0)
        data = f"Data set: {releases[-1].version}" if releases else "Data set: not published"
        cards = scorecards_of(self.session, get_community_of(self.session, self.wave.community_id).id or 0)
        card = "Scorecard: published" if cards else "Scorecard: not published"
        is_done = bool(self.view.versions and releases and cards)
        ways = {
            "See the report": f"{self.page}/report" if self.view.versions else f"{self.page}/report/preview",
            "Publish data…": f"{self.page}/data",
            "Scorecard…": f"{self.place}/scorecard",
        }
        # The report is the promise to residents; data and scorecard can follow it.
        status = DONE if is_done else OPTIONAL if self.view.versions else NOW
        missing = ["Publish data…"] * (not releases) + ["Scorecard…"] * (not cards)
        button = missing[0] if self.view.versions and missing else "See the report"
        more = tuple((words, path) for words, path in ways.items() if words != button)
        return Step("Publish", status, (*promised, report, data, card), ways[button], button, more)


NOT_PUBLISHED = "Report: not published. You see every page before it is final; making them takes up to a minute"
KEEP_LINK = ("Population", "Letters", "Second holder", "Help points")
WITH_CHECKLIST = (DRAFT, OPEN, CLOSED, PUBLISHED)


def note_weeks(engine: Engine, today: date) -> None:
    """Note the answers of each open round once a week."""
    monday = str(today - timedelta(days=today.weekday()))
    with reading(engine) as session:
        waiting = [
            wave.slug
            for wave in waves_with_status(session, (OPEN,))
            if monday not in find_note(session, wave.id or 0, WEEKS)
        ]
    if waiting:
        with writing(engine) as session:
            for slug in waiting:
                note_week(session, get_wave(session, slug), monday)


def note_week(session: Session, wave: Wave, monday: str) -> None:
    """Note the answers of a round once a week, rounded down to the box size: the curve of the home page.

    The console shows the same step on any day, so the note says no more than a page that someone saved.
    """
    weeks = find_note(session, wave.id or 0, WEEKS)
    answers = count_waiting(session, wave, CURRENT, OPENING) + count_responses(session, wave.id or 0)
    store_note(session, wave.id or 0, WEEKS, {**weeks, monday: answers // wave.box_size * wave.box_size})
