"""Define the registers as tables: their fields, what everyone may read, and the measures that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import NotFound
from app.services.registers.fields import YES_NO, Field, FieldKind

GROUP_KINDS = ("survivors", "community", "agencies", "others")
HEARD = ("survivors", "community")  # the groups of measure 2.1b
SOURCES = ("federal", "state", "city", "gifts")
STAGES = ("found", "assessed", "applied", "won", "refused")
# What a cohort is counted by, for the group itself and for the one it is compared with.
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
    fields: tuple[Field, ...]
    derives: tuple[str, ...] = ()
    needs: tuple[Needs, ...] = ()
    by_readers: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return "entry", "agency", "lang", *(field.name for field in self.fields), "withdraw"

    @property
    def public(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.public)

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)


def _day(name: str, label: str, required: bool = True, future: bool = False, public: bool = True) -> Field:
    return Field(name, label, "day", required, public, future=future)


def _yes_no(name: str, label: str, public: bool = False, required: bool = False) -> Field:
    return Field(name, label, "choice", required, public, YES_NO)


REGISTERS: Mapping[str, Register] = {
    each.name: each
    for each in (
        Register(
            "organizations",
            "Community organizations",
            "The map of community organizations. Shares of organizations are counted out of it.",
            (
                Field("name", "Name", required=True, public=True),
                _day("since", "On the map since", public=False),
                Field("serves", "People and area served", "long"),
                _yes_no("survivor_led", "Led by survivors"),
            ),
            ("5.1",),
        ),
        Register(
            "commitments",
            "Commitments",
            "What was promised, by whom, after which finding or meeting, by when, and whether it was kept.",
            (
                Field("what", "What was promised", "long", True, True),
                Field("after", "After which finding or meeting", required=True, public=True),
                _day("promised", "Promised on"),
                _day("by", "To be done by", future=True),
                Field("state", "State", "choice", True, True, ("promised", "under way", "kept", "not kept")),
                Field("proof", "Proof (address)", "address", public=True),
                Field("because", "Not kept, because", "long", public=True),
                Field("limits", "Limits and constraints of the agency", "long", public=True),
            ),
            ("5c",),
            (Needs("state", ("kept",), "proof"), Needs("state", ("not kept",), "because")),
        ),
        Register(
            "groups",
            "Groups and seats",
            "Who has a seat in the partnership. Empty seats count, and so does how representatives were asked for.",
            (
                Field("name", "Name of the group", required=True, public=True),
                Field("kind", "Kind", "choice", True, True, GROUP_KINDS),
                Field("seats", "Seats", "count", True, True),
                _day("since", "Has seats since", public=False),
                Field("asked", "How the group was asked who should represent it", "long", public=True),
                Field("tried", "If seats are empty: what was tried to fill them", "long", public=True),
                _yes_no("existing", "Part of an existing body", public=True),
            ),
        ),
        Register(
            "meetings",
            "Meetings",
            "Meetings with attendance by group: numbers, never names. A meeting ahead is in the calendar.",
            (
                _day("day", "Day", future=True),
                Field("title", "Title", required=True, public=True),
                Field("place", "Place"),
                Field("attendance", "Seats taken, by group", "counts", hint="Such as residents=4; police=3."),
                Field("organizations", "Community organizations that took part", "names"),
                Field("decided", "What was decided", "long", public=True),
                Field("tensions", "Tensions and barriers that were named", "long", public=True),
                Field("minutes", "Minutes (address)", "address", public=True),
            ),
            ("2.1a", "2.1b", "5.1"),
        ),
        Register(
            "funds",
            "Funds",
            "Each stream of money in a year: its stage, what it is braided with, waivers, and what it pays for.",
            (
                Field("name", "Name of the stream", required=True, public=True),
                Field("year", "Year", "count", True, True),
                Field("source", "Source", "choice", True, True, SOURCES),
                Field("stage", "Stage", "choice", True, True, STAGES),
                _yes_no("eligible", "We may apply for it", required=True),
                Field("amount", "Amount in dollars", "money", public=True),
                Field("spent", "Spent in the year, in dollars", "money", public=True),
                Field("paid", "Paid to community organizations, in dollars", "money", public=True),
                Field("evaluation", "Spent on evaluation, in dollars", "money", public=True),
                Field("pays_for", "What it pays for", "long", public=True),
                Field("braided", "Braided with", public=True),
                _yes_no("flexible", "Flexible", public=True),
                Field("flexible_use", "Why the flexible money is used there", "long", public=True),
                _yes_no("high_utilizers", "Serves people who use several systems most", public=True),
                Field("barrier", "Rule that stands in the way", "long", public=True),
                Field("waiver", "Waiver", "choice", False, True, ("requested", "granted", "refused")),
                Field("elsewhere", "What other places tried", "long", public=True),
            ),
            ("3.1a", "3.1b", "3w", "3f", "3h", "4e", "5.2"),
            (Needs("waiver", ("requested", "granted", "refused"), "barrier"),),
        ),
        Register(
            "cohorts",
            "High utilizers",
            "Totals for a fixed group of people: 12 months before and after, and a group that had no program.",
            (
                Field("name", "Name of the group", required=True, public=True),
                Field("year", "Year after", "count", True, True),
                *(
                    Field(f"{name}{end}", f"{label}{whose}", kind, not end)
                    for end, whose in (("", ""), ("_compared", ", comparison group"))
                    for name, label, kind in COHORT_NUMBERS
                ),
                Field("chosen", "How both groups were chosen", "long", True, True),
            ),
            ("3.2",),
        ),
        Register(
            "requests",
            "Requests",
            "Requests for data and records. Everyone sees topic, answer and days, never the name of who asked.",
            (
                _day("asked", "Asked on"),
                Field("organization", "Community organization (empty for others)"),
                Field("topic", "Topic", required=True, public=True),
                _yes_no("formal", "Formal request for public records", public=True, required=True),
                Field("outcome", "Answer", "choice", True, True, ("waiting", "given", "in part", "refused")),
                _day("answered", "Answered on", required=False, public=False),
                _yes_no("appealed", "Appealed"),
                Field("reason", "Refused, because", "long", public=True),
                Field("data", "Data that was given (address)", "address", public=True),
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
            "What was tried, what worked and what did not, the time set aside, and where it was published.",
            (
                _day("day", "Day"),
                Field("title", "Title", required=True, public=True),
                _yes_no("agreed", "Agreed in the plan of the year", required=True),
                _yes_no("closed", "Closed", required=True),
                Field("hours", "Hours of work set aside", "count", public=True),
                Field("worked", "Successes", "long", public=True),
                Field("did_not_work", "Failures", "long", public=True),
                Field("changed", "What goes on after the failure", "long", public=True),
                Field("report", "Report (address)", "address", public=True),
                Field("publication", "Publication or talk (address)", "address", public=True),
                Field("organizations", "Community organizations that took part", "names"),
            ),
            ("4.1", "4.2", "5.1"),
        ),
        Register(
            "replies",
            "Replies of community organizations",
            "An organization confirms or disputes an entry. Both stand beside each other.",
            (
                Field("about", "Register", "choice", True, True, ("commitments", "meetings", "funds", "requests")),
                Field("about_entry", "Entry", required=True, public=True),
                Field("organization", "Organization", required=True, public=True),
                Field("stance", "Stance", "choice", True, True, ("confirmed", "disputed", "comment")),
                Field("words", "Words", "long", public=True),
            ),
            (),
            (Needs("stance", ("disputed", "comment"), "words"),),
        ),
        Register(
            "comments",
            "Comments of readers",
            "Comments from the public form. Two people decide before anyone reads them.",
            (
                Field("about", "About", required=True, public=True),
                Field("kind", "Kind", "choice", True, True, ("comment", "dispute", "ask")),
                Field("words", "Words", "long", True, True),
                Field("decision", "Decision", "choice", False, False, ("shown", "refused")),
                Field("for", "Decided to show", "names"),
                Field("against", "Decided to refuse", "names"),
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
