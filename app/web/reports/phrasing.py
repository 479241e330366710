"""How a report speaks in one language: ids become words, figures become numbers with their unit and interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.language import formats
from app.language.catalogs import MessageCatalog, load_catalog
from app.language.extraction import mark
from app.language.languages import find_language, get_language
from app.web.reports.published_document import Cell, DocumentRow

DOMAIN = "report"
LEFT_TO_RIGHT = "\u200e"  # keeps a sign on its side of the number in a line that runs from the right

VARIABLES: dict[str, str] = {
    "age": mark("age"),
    "gender": mark("gender"),
    "race": mark("race or ethnicity"),
    "language": mark("language at home"),
    "area": mark("area"),
    "education": mark("education"),
    "disability": mark("disability"),
    "stratum": mark("part of the city"),
}
AREAS = ("area", "stratum")  # a place is a proper name, which no survey file can put into a sentence
CLEAR = mark("Without flagged answers")
BANDS: dict[str, str] = {
    "low": mark("Low (0 to 4)"),
    "neutral": mark("Neutral (5)"),
    "high": mark("High (6 to 10)"),
    "dont_know": mark("Don’t know"),
}
FLAGS: dict[str, str] = {
    "few_answers": mark("few answers"),
    "few_effective": mark("few answers after weighting"),
    "wide": mark("wide interval"),
    "coarse": mark("rounded more coarsely to protect people"),
    "structural": mark("zero by definition"),
}
REASONS: dict[str, str] = {
    "too_few": mark("too few people answered"),
    "too_few_effective": mark("too few people answered, counted after weighting"),
    "one_dominates": mark("one person would count too much"),
    "not_estimable": mark("the answers do not allow an estimate"),
    "protects_another": mark("it would reveal a smaller group"),
    "changed_by_few": mark("only a few people changed it since an earlier report"),
    "structural": mark("no one can be in this group"),
}


@dataclass(frozen=True)
class ReportPhrasing:
    """The words of one language: the report's own sentences, and those frozen with the figures."""

    lang: str
    words: Mapping[str, str]
    catalog: MessageCatalog

    def text(self, message: str, /, context: str | None = None, **values: object) -> str:
        """A sentence of the page."""
        return self.catalog.text(message, context, strict=True, **values)

    @property
    def turned(self) -> bool:
        """Whether lines run from right to left."""
        return get_language(self.lang).direction == "rtl"

    # --- names

    def name(self, id: str) -> str:
        """The frozen words of an id, or the id itself where a report has none."""
        return self.words.get(id, id.partition(".")[2] or id)

    def agency(self, slug: str) -> str:
        """The name of an agency."""
        return self.name(f"agency.{slug}")

    def short(self, slug: str) -> str:
        """The short name of an agency in a sentence ("the police"), or its name where it has none."""
        return self.words.get(f"short.{slug}") or self.agency(slug)

    def index(self, term: str) -> str:
        """The title of an index (`CTI`) or facet (`CTI:openness`)."""
        return self.name(f"index.{term}")

    def item(self, code: str) -> str:
        """The wording of a question."""
        return self.name(f"item.{code}")

    def option(self, code: str, option: str) -> str:
        """An answer that could be chosen."""
        return self.name(f"item.{code}.{option}")

    def level(self, variable: str, level: str) -> str:
        """A group of people, such as those of an age."""
        if (variable, level) == ("quality", "clear"):
            return self.text(CLEAR)
        return self.name(f"group.{variable}={level}")

    def place(self, stratum: str) -> str:
        """Return the name of a part of the city in this language, or the operator's own name where there is none."""
        found = (self.words.get(f"group.{variable}={stratum}") for variable in AREAS)
        return next((name for name in found if name), stratum)

    def variable(self, variable: str) -> str:
        """Return the name of a variable, in a word or two."""
        family = family_of(variable)
        if family in VARIABLES:
            return self.text(VARIABLES[family])
        return self.name(f"group.{family}")

    def heading(self, variable: str) -> str:
        """The same as a heading."""
        return capitalized(self.variable(variable))

    def group(self, row: DocumentRow) -> str:
        """The group a row is about; everyone where it is about no group."""
        return self.level(*row.group) if row.group else self.text("Everyone")

    def has_noun(self, variable: str, level: str) -> bool:
        """Whether the report has a noun phrase for the group, such as "people aged 65 or older"."""
        return variable in AREAS or bool(self.words.get(f"people.{variable}={level}"))

    def noun(self, variable: str, level: str) -> str:
        """The people of a group in a sentence: their noun phrase, or the answer with the name of its question."""
        phrase = self.words.get(f"people.{variable}={level}")
        if phrase:
            return phrase
        if variable in AREAS:
            # For translators: {area} is the proper name of a part of the city, such as North Hill.
            return self.text("people who live in {area}", area=self.level(variable, level))
        return self.text("“{group}” ({variable})", group=self.level(variable, level), variable=self.variable(variable))

    def term(self, term: str) -> tuple[str, ...]:
        """Return the name of a figure: an index, a question and its answer, a share, a group."""
        code, _, rest = term.partition(":")
        if rest.startswith(("answer=", "band=")):
            kind, _, answer = rest.partition("=")
            return self.item(code), self.option(code, answer) if kind == "answer" else self.text(BANDS[answer])
        for kind in ("index", "share", "item", "group"):
            if f"{kind}.{term}" in self.words:
                return (self.words[f"{kind}.{term}"],)
        question, _, option = term.rpartition("_")
        if f"item.{question}.{option}" in self.words:
            return self.item(question), self.option(question, option)
        return (self.item(code) if rest else self.text("Cronbach’s alpha") if term == "alpha" else term,)

    # --- figures

    def value(self, cell: Cell, unit: str, *, signed: bool = False) -> str:
        """The figure with its unit; a bound says that it is one."""
        words = self.number(cell.value, unit, signed=signed)
        if "at_most" in cell.flags:
            return self.text("at most {share}", share=words)
        if "at_least" in cell.flags:
            return self.text("at least {share}", share=words)
        return words

    def interval(self, cell: Cell, unit: str, *, signed: bool = False) -> str:
        """Both bounds in words; empty where there are none."""
        if cell.interval is None:
            return ""
        # The sign of a share stands once: "40 to 45%".
        low = self.number(cell.interval[0], "people" if unit == "percent" and not signed else unit, signed=signed)
        high = self.number(cell.interval[1], unit, signed=signed)
        return self.text("{low} to {high}", low=low, high=high)

    def number(self, value: float, unit: str, *, signed: bool = False) -> str:
        """Write a number in its unit: points with one decimal, percent, people in whole numbers."""
        if unit == "percent" and not signed:
            words = formats.percent(value / 100, self.lang)
        else:
            words = formats.number(value, self.lang, {"points": 1, "number": 2}.get(unit, 0))
        words = words.replace("-", "\N{MINUS SIGN}")
        if signed and value > 0:
            words = f"+{words}"
        has_sign = unit == "percent" or value < 0 or (signed and value > 0)
        return f"{LEFT_TO_RIGHT}{words}" if self.turned and has_sign else words

    def people(self, n: int | None) -> str:
        """A rounded number of people; below the threshold only that it is."""
        return self.text("too few to show") if n is None else formats.number(n, self.lang)

    def notes(self, cell: Cell) -> tuple[str, ...]:
        """Return the notes of a figure."""
        return tuple(self.text(FLAGS[flag]) for flag in cell.flags if flag in FLAGS)

    def withheld(self, cell: Cell) -> str:
        """Why a figure is not shown."""
        return self.text("Not shown: {reason}", reason=self.reason(cell.reason))

    def reason(self, reason: str) -> str:
        """A reason in words."""
        return self.text(REASONS[reason])

    def chart_title(self, cell: Cell, unit: str, ends: Sequence[str], *, signed: bool = False) -> str:
        """Describe a chart in words, from its published figures."""
        value, interval = self.value(cell, unit, signed=signed), self.interval(cell, unit, signed=signed)
        low, high = ends[0], ends[-1]
        if not interval:
            return self.text("{value} on an axis from {low} to {high}", value=value, low=low, high=high)
        return self.text(
            "{value}, interval {interval}, on an axis from {low} to {high}",
            value=value, interval=interval, low=low, high=high,
        )  # fmt: skip

    # --- time, languages, lists

    def dates(self, fielded: str) -> str:
        """`2026-03-01/2026-04-15`, or a single day, in words."""
        first, _, last = fielded.partition("/")
        if not last or first == last:
            return formats.date(date.fromisoformat(first), self.lang)
        return formats.date_range(date.fromisoformat(first), date.fromisoformat(last), self.lang)

    def month(self, fielded: str) -> str:
        """The month and year in which `2026-03-01/2026-04-15` begins."""
        return formats.month(date.fromisoformat(fielded.partition("/")[0]), self.lang) if fielded else "–"

    def languages(self, codes: str) -> str:
        """`en, es` under the languages' own names."""
        found = [find_language(code) for code in codes.split(", ")]
        return self.listed([language.own_name for language in found if language])

    def listed(self, items: Sequence[str]) -> str:
        """Several things in a sentence."""
        return formats.listed(items, self.lang)

    def factor(self, value: Any) -> str:
        """A plain number with two decimals, such as a design effect."""
        return formats.number(float(value), self.lang, 2)


def report_phrasing(lang: str, words: Mapping[str, str]) -> ReportPhrasing:
    """The phrasing of a language over a report's frozen words."""
    return ReportPhrasing(lang, words, load_catalog(lang, DOMAIN))


def capitalized(words: str) -> str:
    """Begin with a capital letter, where the script has them.

    >>> capitalized("people aged 65 or older")
    'People aged 65 or older'
    """
    return words[:1].upper() + words[1:]


def family_of(variable: str) -> str:
    """`race` of `race_3`: a question with several answers is one variable for each answer."""
    family, _, answer = variable.rpartition("_")
    return family if family and answer.isdigit() else variable
