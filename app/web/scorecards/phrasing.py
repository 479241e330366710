"""How a scorecard speaks in one language: figures with their units, periods, names, and whether something moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.language import formats
from app.language.catalogs import MessageCatalog, load_catalog
from app.language.extraction import mark
from app.language.languages import get_language
from app.services.common.periods import parse_period
from app.services.scorecards.figures import STEP, FigurePoint, Move
from app.services.scorecards.names import DOMAIN

LEFT_TO_RIGHT = "\u200e"  # keeps a sign on its side of the number in a line that runs from the right
MINUS = "\N{MINUS SIGN}"

MOVES: Mapping[Move, str] = {
    "higher": mark("higher than in {period}"),
    "lower": mark("lower than in {period}"),
    "no clear change": mark("no clear change since {period}"),
    "not comparable": mark("cannot be compared with {period}"),
    "first": mark("the first figure"),
    "new definition": mark("counted in another way than before: a new trend begins"),
}
DIRECTIONS: Mapping[str, str] = {
    "up": mark("Higher is better."),
    "down": mark("Lower is better."),
    "target": mark("The target was agreed; more is not better."),
    "described": mark("A description: neither higher nor lower is better."),
    "parity": mark("The aim is 100 points: staff and residents are alike."),
}
ONLY_TOGETHER = mark("Lower is better only together with the figures beside it.")
REASONS: Mapping[str, str] = {
    "too_few": mark("not shown: too few people"),
    "too_few_effective": mark("not shown: too few people, counted after weighting"),
    "one_dominates": mark("not shown: one person would count too much"),
    "not_estimable": mark("not shown: the answers do not allow an estimate"),
    "protects_another": mark("not shown: it would reveal a smaller group"),
    "changed_by_few": mark("not shown: only a few people changed it since an earlier version"),
    "structural": mark("not shown: no one can be in this group"),
}
FLAGS: Mapping[str, str] = {
    "few_answers": mark("few answers"),
    "few_effective": mark("few answers after weighting"),
    "wide": mark("wide interval"),
    "coarse": mark("rounded more coarsely to protect people"),
}
BREAKDOWNS: Mapping[str, str] = {
    "role": mark("role"),
    "contract": mark("employee or contractor"),
    "tenure": mark("years of service"),
    "language": mark("language"),
    "way": mark("in person or remote"),
    "time": mark("time of day"),
    "rank": mark("rank"),
    "race": mark("race or ethnicity"),
    "sworn": mark("sworn or civilian"),
    "new_hires": mark("new hires"),
    "sector": mark("sector"),
    "paid": mark("paid or unpaid"),
    "stage": mark("stage"),
    "source": mark("source"),
    "area": mark("area"),
    "cohort": mark("group of people"),
    "system": mark("system"),
    "community": mark("with or without community members"),
    "size": mark("size"),
    "population": mark("people served"),
    "restricted": mark("free or tied to a purpose"),
    "survivor_led": mark("led by survivors"),
    "organization": mark("organization"),
    "topic": mark("topic"),
    "outcome": mark("outcome"),
    "gender": mark("gender"),
    "age": mark("age"),
    "disability": mark("disability"),
    "crime": mark("kind of crime"),
    "education": mark("education"),
    "agency": mark("agency"),
}
# Levels that many tables have. Others are shown as they were uploaded.
LEVELS: Mapping[str, str] = {
    "white": mark("White"),
    "black": mark("Black or African American"),
    "hispanic": mark("Hispanic or Latino"),
    "asian": mark("Asian"),
    "american indian": mark("American Indian or Alaska Native"),
    "pacific islander": mark("Native Hawaiian or Pacific Islander"),
    "another": mark("another group"),
    "two or more": mark("two or more groups"),
    "woman": mark("women"),
    "man": mark("men"),
    "unknown": mark("not known"),
    "other groups together": mark("all other groups together"),
    "new hires": mark("new hires"),
    "leavers": mark("people who left"),
    "frontline": mark("frontline"),
    "supervisor": mark("supervisors"),
    "city": mark("city"),
    "state": mark("state"),
    "federal": mark("federal"),
    "gifts": mark("gifts"),
    "assessed": mark("looked into"),
    "applied": mark("applied for"),
    "won": mark("won"),
}


@dataclass(frozen=True)
class ScorecardPhrasing:
    """The words of one language, and the names frozen with the figures."""

    lang: str
    words: Mapping[str, str]
    catalog: MessageCatalog

    def text(self, message: str, /, **values: object) -> str:
        return self.catalog.text(message, None, strict=True, **values)

    @property
    def turned(self) -> bool:
        return get_language(self.lang).direction == "rtl"

    # --- names

    def agency(self, slug: str) -> str:
        return self.words.get(f"agency.{slug}", slug)

    def breakdown(self, name: str) -> str:
        return self.text(BREAKDOWNS[name]) if name in BREAKDOWNS else name

    def level(self, variable: str, level: str) -> str:
        """A group by its name in the survey of residents, by a word we know, or as it was uploaded."""
        for id in (f"group.{variable}={level}", f"group.{variable}_{level}=yes"):
            if id in self.words:
                return self.words[id]
        return self.text(LEVELS[level]) if level in LEVELS else level

    def part(self, part: str) -> str:
        """`role=frontline`, new hires, or all staff."""
        if not part:
            return self.text("all staff")
        name, _, level = part.partition("=")
        return f"{self.breakdown(name)}: {self.level(name, level)}" if level else self.level("", part)

    # --- numbers

    def value(self, value: float, unit: str) -> str:
        """A number in its unit."""
        if unit == "percent":
            words = formats.percent(value / 100, self.lang)
        elif unit == "dollars":
            words = formats.dollars(value, self.lang)
        else:
            words = formats.number(value, self.lang, {"points": 1, "people": 0}.get(unit, 2))
        words = words.replace("-", MINUS)
        has_sign = unit in ("percent", "dollars") or value < 0
        return f"{LEFT_TO_RIGHT}{words}" if self.turned and has_sign else words

    def whole(self, value: float) -> str:
        """A count, with decimals only where it has some."""
        return formats.number(value, self.lang, 0 if float(value).is_integer() else 1)

    def signed(self, value: float, decimals: int = 0) -> str:
        """A difference with its sign."""
        words = formats.number(value, self.lang, decimals).replace("-", MINUS)
        words = f"+{words}" if value > 0 else words
        return f"{LEFT_TO_RIGHT}{words}" if self.turned and value != 0 else words

    def between(self, low: float, high: float, unit: str) -> str:
        # The sign of a share stands once: "40 to 45%".
        first = "people" if unit == "percent" else unit
        return self.text("{low} to {high}", low=self.value(low, first), high=self.value(high, unit))

    def interval(self, point: FigurePoint, unit: str) -> str:
        """Both bounds, and what lies behind them."""
        if point.basis == "reported":
            return self.text("counted in full")
        if STEP in point.flags:
            return self.text("in steps, because the group is small")
        if point.low is None or point.high is None:
            return ""
        between = self.between(point.low, point.high, unit)
        if point.basis == "counted":
            return self.text("{between}, because counts are rounded", between=between)
        if point.basis == "drawn":
            return self.text("{between}, with the margin of sampling error", between=between)
        if point.basis == "asked":
            return self.text("{between}, because not everyone answered", between=between)
        return self.text("{between}, a likely range: people chose to take part", between=between)

    # --- time

    def period(self, point: FigurePoint) -> str:
        """2026, the first half of 2026, a quarter, or the days of a wave."""
        if point.fielded:
            return self.dates(point.fielded)
        return self.period_name(point.period)

    def period_name(self, text: str) -> str:
        period = parse_period(text)
        if period.parts == 1:
            return str(period.year)
        if period.parts == 4:
            return formats.quarter(period.last_day, self.lang)
        if period.part == 1:
            return self.text("first half of {year}", year=period.year)
        return self.text("second half of {year}", year=period.year)

    def dates(self, fielded: str) -> str:
        first, _, last = fielded.partition("/")
        return formats.date_range(date.fromisoformat(first), date.fromisoformat(last), self.lang)

    def day(self, day: str) -> str:
        return formats.date(date.fromisoformat(day), self.lang)

    # --- sentences

    def move(self, move: Move, before: FigurePoint | None) -> str:
        return self.text(MOVES[move], period=self.period(before) if before else "")

    def reason(self, reason: str) -> str:
        return self.text(REASONS[reason])

    def flags(self, flags: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.text(FLAGS[flag]) for flag in flags if flag in FLAGS)


def scorecard_phrasing(lang: str, words: Mapping[str, str]) -> ScorecardPhrasing:
    return ScorecardPhrasing(lang, words, load_catalog(lang, DOMAIN))
