"""The registers on a scorecard: what was promised, what happened, and what is next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.language.languages import find_language
from app.services.registers.fields import read_addresses, read_day
from app.services.registers.register_table import FIGURES, REGISTERS
from app.services.scorecards.definitions import QuestionEntries, load_definitions
from app.web.scorecards.phrasing import ScorecardPhrasing
from app.web.scorecards.register_words import LABELS, OPTIONS, OTHER_LABELS, REGRESSION, TITLE_FIELDS, TITLES
from app.web.scorecards.views import EntryView, Fact, ReplyView, WorkPart, WorkSection

Row = Mapping[str, Any]
DONE = ("kept", "not kept")
HAPPENED = ("meetings", "improvements", "funds", "cohorts", "requests", "groups", "organizations")


@dataclass(frozen=True)
class WorkWriter:
    """Write the public entries of a scorecard in one language, as of the day it was published."""

    phrasing: ScorecardPhrasing
    registers: Mapping[str, Sequence[Row]]
    day: date

    def text(self, message: str, /, **values: object) -> str:
        return self.phrasing.text(message, **values)

    def sections(self) -> tuple[WorkSection, ...]:
        """Return the sections that have entries: promised, happened, next, and comments of readers."""
        sections = (
            ("promised", self.text("Promised so far"), (("commitments", self.of("commitments")),)),
            ("happened", self.text("Done so far"), tuple((name, self.past(name)) for name in HAPPENED)),
            ("next", self.text("Next steps"), tuple((name, self.open(name)) for name in REGISTERS)),
            ("comments", self.text("Comment"), (("comments", self.of("comments")),)),
        )
        return tuple(
            WorkSection(id, title, parts)
            for id, title, found in sections
            if (parts := tuple(self.part(name, rows) for name, rows in found if rows))
        )

    def of(self, name: str) -> list[Row]:
        return list(self.registers.get(name, ()))

    def past(self, name: str) -> list[Row]:
        return [row for row in self.of(name) if row not in self.open(name)]

    def open(self, name: str) -> list[Row]:
        """Return the entries that lie ahead."""
        rules: dict[str, Callable[[Row], bool]] = {
            "commitments": lambda row: row.get("state") not in DONE,
            "meetings": lambda row: (read_day(row.get("day", "")) or self.day) > self.day,
            "requests": lambda row: row.get("outcome") == "waiting",
        }
        return [row for row in self.of(name) if name in rules and rules[name](row)]

    def chosen(self, chosen: Sequence[QuestionEntries]) -> tuple[WorkPart, ...]:
        """Return the entries that answer a question, with some of their fields."""
        found = ((each, self.by_day([row for row in self.of(each.register) if has(row, each)])) for each in chosen)
        return tuple(
            WorkPart(self.text(TITLES[each.register]), tuple(self.short_entry(each, row) for row in rows))
            for each, rows in found
            if rows
        )

    def short_entry(self, chosen: QuestionEntries, row: Row) -> EntryView:
        kinds = {field.name: field.kind for field in REGISTERS[chosen.register].public}
        facts = (
            fact
            for name in chosen.fields
            if row.get(name)
            for fact in self.of_field(chosen.register, name, kinds[name], str(row[name]))
        )
        lang, title = row.get("lang", ""), row.get(TITLE_FIELDS[chosen.register], "")
        return EntryView(f"{chosen.register}/{row['entry']}", title, lang, direction_of(lang), tuple(facts))

    def by_day(self, rows: Sequence[Row]) -> list[Row]:
        return sorted(rows, key=lambda row: str(row.get("day") or row.get("by") or row.get("asked") or ""))

    def part(self, name: str, rows: Sequence[Row]) -> WorkPart:
        note = self.text(REGRESSION) if name == "cohorts" else ""
        return WorkPart(self.text(TITLES[name]), tuple(self.entry(name, row) for row in self.by_day(rows)), note)

    def entry(self, name: str, row: Row) -> EntryView:
        title = row["words"] if name == "comments" else row.get(TITLE_FIELDS[name], "")
        facts = self.comment(row) if name == "comments" else self.facts(name, row)
        replies = tuple(self.reply(each) for each in row.get("replies", ()))
        lang = row.get("lang", "")
        id = f"{name}/{row['entry']}" if "entry" in row else ""
        return EntryView(id, title, lang, direction_of(lang), tuple(facts), replies)

    def facts(self, name: str, row: Row) -> Iterator[Fact]:
        if row.get("agency"):
            yield Fact(self.text("agency"), self.phrasing.agency(row["agency"]))
        for field in REGISTERS[name].fields:
            value = row.get(field.name)
            if field.name != TITLE_FIELDS[name] and field.public and value not in (None, ""):
                yield from self.of_field(name, field.name, field.kind, str(value))
        if row.get("days") is not None:
            yield Fact(self.text(LABELS["days"]), self.phrasing.whole(row["days"]))
        if name == "cohorts":
            yield from self.cohort(row)

    def of_field(self, register: str, name: str, kind: str, value: str) -> Iterator[Fact]:
        """Write a field; addresses in several languages are a fact each, under the name of the language itself."""
        if kind != "addresses":
            yield self.fact(register, name, kind, value)
            return
        for lang, address in (read_addresses(value) or {}).items():
            language = find_language(lang)
            label = f"{self.text(LABELS[name])} ({language.own_name if language else lang})"
            yield Fact(label, address, address=address)

    def fact(self, register: str, name: str, kind: str, value: str) -> Fact:
        label = self.text(LABELS[OTHER_LABELS.get((register, name), name)])
        if kind == "address":
            return Fact(label, value, address=value)
        if kind == "day":
            is_month = len(value) == len("2026-03")
            return Fact(label, value if is_month else self.phrasing.day(value))
        if kind == "money":
            return Fact(label, self.phrasing.value(float(value), "dollars"))
        if kind == "choice":
            return Fact(label, self.text(OPTIONS[value]))
        if kind == "count":
            return Fact(label, value if name == "year" else self.phrasing.whole(float(value)))
        return Fact(label, value, own=True)

    def cohort(self, row: Row) -> Iterator[Fact]:
        """Write dollars a month for each person: before and after, of both groups, and the difference."""
        if row.get("people") is None:
            yield Fact(self.text("Figure"), self.phrasing.reason("too_few"))
            return
        groups = ((self.text("With the program"), ""), (self.text("Comparison group"), "_compared"))
        for label, end in groups:
            if row.get(f"people{end}") is not None:
                before, after = (self.phrasing.value(row[f"{when}{end}"], "dollars") for when in ("before", "after"))
                people = self.phrasing.whole(row[f"people{end}"])
                words = self.text(
                    "{before} before, {after} after, about {n} people", before=before, after=after, n=people
                )
                yield Fact(label, words)
        if row.get("difference") is not None:
            words = self.phrasing.value(row["difference"], "dollars")
            if row.get("low") is not None:
                words += f" ({self.phrasing.between(row['low'], row['high'], 'dollars')})"
            yield Fact(self.text("Difference for each person in a month"), words)

    def comment(self, row: Row) -> Iterator[Fact]:
        yield self.about(row["about"])
        yield Fact(self.text("kind"), self.text(OPTIONS[row["kind"]]))

    def about(self, name: str) -> Fact:
        """Name what a comment is about: an entry in its own words, a measure, or the whole page."""
        label, (register, _, entry) = self.text("About"), name.partition("/")
        found = next((row for row in self.of(register) if row["entry"] == entry), None) if entry else None
        if found is not None:
            return Fact(label, f"{self.text(TITLES[register])}: {found.get(TITLE_FIELDS[register], '')}")
        measure = load_definitions().measures.get(name)
        return Fact(label, f"{name} {self.text(measure.title)}" if measure else self.text("Shared Safety scorecard"))

    def replies_about(self, measure: str) -> tuple[ReplyView, ...]:
        """Return the replies of organizations to the figures of a measure."""
        return tuple(self.reply(row) for row in self.of(FIGURES) if row["about_entry"] == measure)

    def reply(self, row: Row) -> ReplyView:
        organizations = {each["entry"]: each["name"] for each in self.of("organizations")}
        name = str(organizations.get(row["organization"], row["organization"]))
        words = row.get("words", "")
        return ReplyView(name, self.text(OPTIONS[row["stance"]]), words, row["lang"], direction_of(row["lang"]))


def has(row: Row, chosen: QuestionEntries) -> bool:
    """Return whether an entry has something in the field that chooses it; "no" is nothing."""
    return row.get(chosen.where, "") not in ("", "no")


def direction_of(lang: str) -> str:
    language = find_language(lang)
    return language.direction if language else "auto"
