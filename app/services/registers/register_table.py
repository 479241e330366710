"""Define the registers as tables: their fields, what everyone may read, and the measures that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import NotFound
from app.services.registers.fields import YES_NO, EntryField, FieldKind
from app.services.registers.finding_reference import PARTS

GROUP_KINDS = ("survivors", "community", "agencies", "others")
HEARD = ("survivors", "community")  # the groups of measure 2.1b
SOURCES = ("federal", "state", "city", "gifts")
FIGURES = "figures"  # a reply about a figure names its measure
REPLIED = ("commitments", "meetings", "groups", "funds", "cohorts", "requests", "improvements", FIGURES)
STAGES = ("found", "assessed", "applied", "won", "refused")
# The numbers of a cohort: for the group itself and for the group that it is compared with.
COHORT_NUMBERS: tuple[tuple[str, str, FieldKind], ...] = (
    ("people", "People", "count"),
    ("months_before", "Months counted before", "count"),
    ("cost_before", "Cost before, in dollars", "money"),
    ("months_after", "Months counted after", "count"),
    ("cost_after", "Cost after, in dollars", "money"),
    ("spread", "Standard deviation of each person's change, dollars a month", "money"),
)


@dataclass(frozen=True)
class Needs:
    """Require `needed` where `field` has one of `values`."""

    field: str
    values: tuple[str, ...]
    needed: str


@dataclass(frozen=True)
class Register:
    """Define a register; `derives` are the measures that are computed from it and never typed."""

    name: str
    title: str
    lead: str
    fields: tuple[EntryField, ...]
    derives: tuple[str, ...] = ()
    needs: tuple[Needs, ...] = ()
    by_readers: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return "entry", "agency", "lang", *(field.name for field in self.fields), "withdraw"

    @property
    def public(self) -> tuple[EntryField, ...]:
        return tuple(field for field in self.fields if field.public)

    @property
    def main(self) -> EntryField:
        """Return the field that names an entry for people: its first text."""
        return next(field for field in self.fields if field.kind in ("text", "long"))

    def field(self, name: str) -> EntryField:
        return next(field for field in self.fields if field.name == name)


def _day(name: str, label: str, required: bool = True, future: bool = False, public: bool = True) -> EntryField:
    return EntryField(name, label, "day", required, public, future=future)


def _yes_no(name: str, label: str, public: bool = False, required: bool = False) -> EntryField:
    return EntryField(name, label, "choice", required, public, YES_NO)


def _took_part() -> EntryField:
    return EntryField("organizations", "Community organizations that took part", "names", of="organizations")


REGISTERS: Mapping[str, Register] = {
    each.name: each
    for each in (
        Register(
            "organizations",
            "Community organizations",
            "The map of community organizations. Shares of organizations are counted out of it.",
            (
                EntryField("name", "Name", required=True, public=True),
                _day("since", "On the map since", public=False),
                EntryField("serves", "People and area served", "long"),
                _yes_no("survivor_led", "Led by survivors"),
            ),
            ("5.1",),
        ),
        Register(
            "groups",
            "Groups and seats",
            "Seats in the partnership. Empty seats count, and so does how representatives were asked for.",
            (
                EntryField("name", "Name of the group", required=True, public=True),
                EntryField("kind", "Kind", "choice", True, True, GROUP_KINDS),
                EntryField(
                    "seats", "Seats", "count", True, True, hint="A group that is missing at the table has 0 seats."
                ),
                _day("since", "Has seats since, or is missed since", public=False),
                EntryField("asked", "How the group was asked who should represent it", "long", public=True),
                EntryField(
                    "tried",
                    "If seats are empty, or the group is missing: what was tried",
                    "long",
                    public=True,
                ),
                _yes_no("existing", "Part of an existing body", public=True),
            ),
            (),
            (Needs("seats", ("0",), "tried"),),
        ),
        Register(
            "meetings",
            "Meetings",
            "Meetings with attendance by group: numbers, never names. A meeting ahead is in the calendar.",
            (
                _day("day", "Day", future=True),
                EntryField("title", "Title", required=True, public=True),
                EntryField("place", "Place"),
                EntryField(
                    "attendance",
                    "Seats taken, by group",
                    "counts",
                    hint="Numbers, never names. Leave them empty until the meeting was held.",
                    of="groups",
                ),
                _took_part(),
                EntryField("decided", "Decisions", "long", public=True),
                EntryField("tensions", "Tensions and barriers that were named", "long", public=True),
                EntryField("minutes", "Minutes (address)", "address", public=True),
                EntryField(
                    "minutes_in",
                    "Minutes in other languages",
                    "addresses",
                    public=True,
                    hint="A language and an address on each line, such as es https://city.example/actas.",
                ),
            ),
            ("2.1a", "2.1b", "5.1"),
        ),
        Register(
            "commitments",
            "Commitments",
            "Promises: by whom, after which finding or meeting, by when, and whether they were met.",
            (
                EntryField("what", "The promise", "long", True, True),
                EntryField("after", "After which finding or meeting", required=True, public=True),
                EntryField(
                    "finding",
                    "Finding of a report that it answers",
                    hint="Its address in the report, such as river-city-2025/police#groups: the survey round, the "
                    f"agency, and one of {', '.join(PARTS)}. The next report shows the promise there.",
                ),
                _day("promised", "Promised on"),
                _day("by", "To be done by", future=True),
                EntryField("state", "State", "choice", True, True, ("promised", "under way", "kept", "not kept")),
                EntryField("proof", "Proof (address)", "address", public=True),
                EntryField("because", "Not kept, because", "long", public=True),
                EntryField("limits", "Limits and constraints of the agency", "long", public=True),
            ),
            ("5c",),
            (Needs("state", ("kept",), "proof"), Needs("state", ("not kept",), "because")),
        ),
        Register(
            "funds",
            "Funds",
            "Each stream of money in a year: its stage, what it is braided with, waivers, and what it pays for.",
            (
                EntryField("name", "Name of the stream", required=True, public=True),
                EntryField("year", "Year", "count", True, True),
                EntryField("source", "Source", "choice", True, True, SOURCES),
                EntryField("stage", "Stage", "choice", True, True, STAGES),
                _yes_no("eligible", "We may apply for it", required=True),
                EntryField("amount", "Amount in dollars", "money", public=True),
                EntryField("spent", "Spent in the year, in dollars", "money", public=True),
                EntryField("paid", "Paid to community organizations, in dollars", "money", public=True),
                EntryField("evaluation", "Spent on evaluation, in dollars", "money", public=True),
                EntryField("pays_for", "Its purpose", "long", public=True),
                EntryField("braided", "Braided with", public=True),
                _yes_no("flexible", "Flexible", public=True),
                EntryField("flexible_use", "Why the flexible money is used there", "long", public=True),
                _yes_no("high_utilizers", "Serves people who use several systems most", public=True),
                EntryField("barrier", "Rule that stands in the way", "long", public=True),
                EntryField("waiver", "Waiver", "choice", False, True, ("requested", "granted", "refused")),
                EntryField("elsewhere", "Attempts of other places", "long", public=True),
            ),
            ("3.1a", "3.1b", "3w", "3f", "3h", "4e", "5.2"),
            (Needs("waiver", ("requested", "granted", "refused"), "barrier"),),
        ),
        Register(
            "requests",
            "Requests",
            "Requests for data and records. Everyone sees topic, answer and days, never the name of who asked.",
            (
                _day("asked", "Asked on"),
                EntryField("organization", "Community organization (empty for others)", of="organizations"),
                EntryField("topic", "Topic", required=True, public=True),
                _yes_no("formal", "Formal request for public records", public=True, required=True),
                EntryField("outcome", "Answer", "choice", True, True, ("waiting", "given", "in part", "refused")),
                _day("answered", "Answered on", required=False, public=False),
                _yes_no("appealed", "Appealed"),
                EntryField("reason", "Refused, because", "long", public=True),
                EntryField("data", "Data that was given (address)", "address", public=True),
            ),
            ("5.3", "5.3m", "5.3d"),
            (
                Needs("outcome", ("given", "in part", "refused"), "answered"),
                Needs("outcome", ("refused", "in part"), "reason"),
            ),
        ),
        Register(
            "improvements",
            "Improvement events",
            "Attempts, their successes and failures, the time set aside, and where they were published.",
            (
                _day("day", "Day"),
                EntryField("title", "Title", required=True, public=True),
                _yes_no("agreed", "Agreed in the plan of the year", required=True),
                _yes_no("closed", "Closed", required=True),
                EntryField("hours", "Hours of work set aside", "count", public=True),
                EntryField("worked", "Successes", "long", public=True),
                EntryField("did_not_work", "Failures", "long", public=True),
                EntryField("changed", "Work that continues after the failure", "long", public=True),
                EntryField("report", "Report (address)", "address", public=True),
                EntryField("publication", "Publication or talk (address)", "address", public=True),
                _took_part(),
            ),
            ("4.1", "4.2", "4c", "5.1"),
        ),
        Register(
            "cohorts",
            "High utilizers",
            "Totals for a fixed group of people: 12 months before and after, and a group that had no program.",
            (
                EntryField("name", "Name of the group", required=True, public=True),
                EntryField("year", "Year after", "count", True, True),
                *(
                    EntryField(f"{name}{end}", f"{label}{whose}", kind, not end)
                    for end, whose in (("", ""), ("_compared", ", comparison group"))
                    for name, label, kind in COHORT_NUMBERS
                ),
                EntryField("chosen", "How both groups were chosen", "long", True, True),
            ),
            ("3.2",),
        ),
        Register(
            "replies",
            "Replies of community organizations",
            "An organization confirms or disputes an entry. Both stand beside each other.",
            (
                EntryField("about", "Register", "choice", True, True, REPLIED),
                EntryField(
                    "about_entry",
                    "Entry",
                    required=True,
                    public=True,
                    hint="The name of the entry, or the number of a measure such as 5.2 for figures.",
                ),
                EntryField("organization", "Organization", required=True, public=True, of="organizations"),
                EntryField("stance", "Stance", "choice", True, True, ("confirmed", "disputed", "comment")),
                EntryField("words", "Words", "long", public=True),
            ),
            (),
            (Needs("stance", ("disputed", "comment"), "words"),),
        ),
        Register(
            "comments",
            "Comments of readers",
            "Comments from the public form. Two people decide before anyone reads them.",
            (
                EntryField("about", "About", required=True, public=True),
                EntryField("kind", "Kind", "choice", True, True, ("comment", "dispute", "ask")),
                EntryField("words", "Words", "long", True, True),
                EntryField("decision", "Decision", "choice", False, False, ("shown", "refused")),
                EntryField("for", "Decided to show", "names"),
                EntryField("against", "Decided to refuse", "names"),
            ),
            by_readers=True,
        ),
    )
}


def get_register(name: str) -> Register:
    found = REGISTERS.get(name)
    if found is None:
        raise NotFound("register", name, REGISTERS)
    return found


def derived_measures() -> dict[str, tuple[str, ...]]:
    """Return the registers that feed each measure."""
    found: dict[str, tuple[str, ...]] = {}
    for register in REGISTERS.values():
        for measure in register.derives:
            found[measure] = (*found.get(measure, ()), register.name)
    return found
