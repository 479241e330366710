"""The entries of a made-up year: three agencies and their partnership, as people type them into forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

YEAR = date.today().year - 1
AGENCIES: Mapping[str, str] = {"police": "the police", "health": "the clinics", "housing": "the housing office"}
PARTNERSHIP = "partnership"
CITY = "river-city"
Fields = Mapping[str, Any]

ORGANIZATIONS = ("Tenants", "Safe Nights", "Arab Center", "Youth on Main", "Elders")
GROUPS: Sequence[Fields] = (
    {"name": "Survivors", "kind": "survivors", "seats": "5", "asked": "Two groups named their members."},
    {"name": "Residents", "kind": "community", "seats": "8", "tried": "Evening meetings and child care."},
    {"name": "Services", "kind": "agencies", "seats": "8", "existing": "yes"},
    {"name": "Shops and faith groups", "kind": "others", "seats": "3"},
)
# Trained staff, staff whose training is known, and the trained among frontline staff and supervisors.
TRAINED: Mapping[str, tuple[int, int, int]] = {"police": (84, 234, 6), "health": (190, 304, 0), "housing": (37, 84, 4)}
ROSTER: Mapping[str, int] = {"police": 240, "health": 304, "housing": 88}
STAFF: Mapping[str, Mapping[str, Mapping[str, int]]] = {
    "police": {"gender": {"1": 52, "2": 188}, "language": {"1": 176, "2": 38, "3": 14, "unknown": 12}},
    "health": {"gender": {"1": 221, "2": 83}, "language": {"1": 190, "2": 72, "3": 42}},
    "housing": {"gender": {"1": 50, "2": 38}, "language": {"1": 50, "2": 27, "3": 11}},
}
RESIDENTS: Mapping[str, Mapping[str, int]] = {
    "gender": {"1": 20_400, "2": 19_600},
    "language": {"1": 25_000, "2": 10_000, "3": 5_000},
}
STATEMENTS = (
    "legitimacy", "table", "point_person", "who_seeks_funds", "high_utilizers", "waivers", "flexible", "network",
    "committed",
)  # fmt: skip
PROMISES: Sequence[tuple[str, str, str, Fields]] = (
    ("police", "Publish stops by area every three months", "kept", {"proof": "https://city.example/stops"}),
    ("police", "An officer for each school", "not kept", {"because": "Schools asked us to stop."}),
    ("police", "Interpreters on every night shift", "under way", {}),
    ("health", "A form of one page", "kept", {"proof": "https://city.example/form"}),
    ("health", "A clinic open until nine", "kept", {"proof": "https://city.example/hours"}),
    ("health", "Letters in six languages", "promised", {}),
    ("housing", "Repairs within five days", "not kept", {"because": "No money was found.", "limits": "Two plumbers."}),
    ("housing", "A tenant on every panel", "kept", {"proof": "https://city.example/panel"}),
    ("housing", "A list of empty homes", "under way", {}),
)
FUND_NAMES = (
    "City budget", "State safety grant", "Federal justice grant", "Gifts", "Federal health grant", "Foundation",
    "City reserve", "State mental health fund", "Medicaid waiver", "Block grant", "Lottery fund", "Court fines",
    "Housing trust", "Bank grant",
)  # fmt: skip
REQUESTS: Sequence[tuple[str, int, str, Fields]] = (
    ("police", 2, "Stops", {"organization": "1", "formal": "no", "outcome": "given", "answered": "21"}),
    ("police", 3, "Complaints", {"organization": "2", "formal": "yes", "outcome": "refused", "answered": "27",
                                 "reason": "It would name officers."}),
    ("health", 4, "Beds at night", {"organization": "3", "formal": "no", "outcome": "in part", "answered": "20",
                                    "reason": "Two wards do not count."}),
    ("health", 5, "Waiting times", {"formal": "yes", "outcome": "given", "answered": "25"}),
    ("housing", 6, "Ended leases", {"organization": "1", "formal": "yes", "outcome": "given", "answered": "30",
                                    "appealed": "yes"}),
    ("housing", 7, "Empty homes", {"organization": "4", "formal": "no", "outcome": "waiting"}),
)  # fmt: skip
EVENTS: Sequence[Fields] = (
    {"title": "A shorter form", "agreed": "yes", "closed": "yes", "hours": "60", "worked": "Waiting fell.",
     "did_not_work": "The Arabic form was late.", "changed": "Both forms are printed on one day.",
     "report": "https://city.example/r1", "publication": "https://journal.example/1"},
    {"title": "Night teams", "agreed": "yes", "closed": "yes", "hours": "120", "worked": "Two shelters asked for it."},
    {"title": "Phones at desks", "agreed": "no", "closed": "no", "report": "https://city.example/r3"},
)  # fmt: skip
COHORT: Fields = {
    "name": "Four or more emergency visits", "people": "120", "months_before": "1440", "cost_before": "1830000",
    "months_after": "1416", "cost_after": "1512000", "spread": "900", "people_compared": "118",
    "months_before_compared": "1416", "cost_before_compared": "1770000", "months_after_compared": "1400",
    "cost_after_compared": "1610000", "spread_compared": "850", "chosen": "By the same rule in two districts",
}  # fmt: skip


def register_forms() -> Iterator[tuple[str, Fields]]:
    """Yield each form of the registers, in the order in which they need each other."""
    for number, name in enumerate(ORGANIZATIONS):
        led = "yes" if number == 1 else "no"
        yield "organizations", {"agency": PARTNERSHIP, "name": name, "since": day(1, 2), "survivor_led": led}
    for group in GROUPS:
        yield "groups", {"agency": PARTNERSHIP, "since": day(1, 2), **group}
    yield from (("meetings", _meeting(month)) for month in range(1, 13))
    for number, (agency, what, state, more) in enumerate(PROMISES):
        facts = {"agency": agency, "what": what, "after": f"Meeting {number % 4 + 1}", "state": state}
        yield "commitments", {**facts, "promised": day(2, 10), "by": day(9 + number % 3, 30), **more}
    yield from (("funds", _fund(number, name)) for number, name in enumerate(FUND_NAMES))
    yield "cohorts", {"agency": PARTNERSHIP, "year": str(YEAR), **COHORT}
    for agency, month, topic, more in REQUESTS:
        named = {"organization": f"organizations-{more['organization']}"} if "organization" in more else {}
        when = {"answered": day(month, int(more["answered"]))} if "answered" in more else {}
        yield "requests", {"agency": agency, "asked": day(month, 3), "topic": topic, **more, **named, **when}
    for number, event in enumerate(EVENTS):
        took_part = [f"organizations-{number + 1}", "organizations-5"]
        yield "improvements", {"agency": "health", "day": day(3 * number + 3, 12), "organizations": took_part, **event}


def day(month: int, number: int) -> str:
    return f"{YEAR}-{month:02}-{number:02}"


def _meeting(month: int) -> Fields:
    taken = {"groups-1": 3 + month % 3, "groups-2": 5 + month % 4, "groups-3": 7, "groups-4": month % 4}
    there = ("organizations-1", "organizations-2") if month % 2 else ("organizations-3",)
    return {
        "agency": PARTNERSHIP, "day": day(month, 10), "title": f"Partnership meeting {month}", "place": "Library",
        **{f"attendance-{group}": str(seats) for group, seats in taken.items()}, "organizations": list(there),
        "decided": f"Decision {month}", "tensions": "Trust in the night shift" if month == 4 else "",
        "minutes": f"https://city.example/minutes/{month}",
        "minutes_in": f"es https://city.example/actas/{month}" if month < 7 else "",
    }  # fmt: skip


def _fund(number: int, name: str) -> Fields:
    return {
        "agency": list(AGENCIES)[number % 3], "name": name, "year": str(YEAR),
        "source": ("city", "state", "federal", "gifts")[number % 4],
        "stage": ("won", "applied", "assessed", "found", "refused")[number % 5],
        "eligible": "no" if number == 11 else "yes", "amount": str(50_000 + number),
        "spent": str(20_000 * (number + 1)),
        "paid": str(1_500 * number), "evaluation": "700" if number % 2 else "", "pays_for": "Outreach",
        "braided": "State safety grant" if number == 2 else "", "flexible": "yes" if number in (3, 5, 8) else "no",
        "flexible_use": "Beds at night cost less than visits" if number in (3, 8) else "",
        "high_utilizers": "yes" if number in (4, 8) else "no",
        "barrier": "Records cannot be joined" if number in (2, 4, 8) else "",
        "waiver": {2: "requested", 4: "granted", 8: "refused"}.get(number, ""),
        "elsewhere": "Hill Town shares totals" if number == 8 else "",
    }  # fmt: skip


# --- tables


def measure_rows() -> Iterator[Mapping[str, object]]:
    """Yield the figures that no register counts: training, interpreters, homes, exchanges, data sets."""
    for agency, (trained, known, few) in TRAINED.items():
        for quarter in range(1, 5):
            met = trained + 11 * quarter * (agency != "housing")
            yield _row("1.1", agency, f"{YEAR}-Q{quarter}", met, known, ROSTER[agency] - known)
            if quarter == 4:
                for level, part, whole in (("supervisor", few, 18), ("frontline", met - few, known - 18)):
                    yield {**_row("1.1", agency, f"{YEAR}-Q4", part, whole), "breakdown": "role", "level": level}
            yield _row("1.2a", agency, f"{YEAR}-Q{quarter}", 300 + 20 * quarter, 520)
            yield _row("1.2d", agency, f"{YEAR}-Q{quarter}", 40 * quarter, 520)
            yield _row("1.2b", agency, f"{YEAR}-Q{quarter}", 90 + quarter, 140)
        yield _row("1.3a", agency, f"{YEAR}", ROSTER[agency] // 3, ROSTER[agency] - 8, 8)
    yield _row("4x", PARTNERSHIP, f"{YEAR}", 3, 6)
    yield _row("5.3s", PARTNERSHIP, f"{YEAR}", 7, 3)


def _row(measure: str, agency: str, period: str, met: float, of: float, unknown: int = 0) -> Mapping[str, object]:
    return {
        "measure": measure, "agency": agency, "period": period, "version": "1", "numerator": met, "denominator": of,
        "unknown": unknown, "breakdown": "", "level": "", "source": "Records", "attested_by": "Records office",
        "attested_on": f"{YEAR + 1}-01-20",
    }  # fmt: skip


def tables() -> Mapping[str, list[Mapping[str, object]]]:
    """Return the tables of the console by the end of their address."""
    source = {"source": "Personnel office", "year": YEAR}
    staff = [
        {"agency": agency, "variable": variable, "level": level, "count": count, **source, "part": ""}
        for agency, variables in STAFF.items()
        for variable, levels in variables.items()
        for level, count in levels.items()
    ]
    residents = [
        {"variable": variable, "level": level, "count": count, "share": "", "moe90": 300, **source}
        for variable, levels in RESIDENTS.items()
        for level, count in levels.items()
    ]
    attested = {"lang": "en", "attested_by": "Oversight board", "attested_on": f"{YEAR + 1}-01-20"}
    answers = [{"question": name, "answer": "yes", "words": f"About {name}.", **attested} for name in STATEMENTS]
    targets = [{"measure": "1.1", "value": 90, "by_year": YEAR + 3, "agreed_on": f"{YEAR}-02-01"}]
    return {
        "population": residents, "staffing": staff, "measures": list(measure_rows()), "answers": answers,
        "targets": targets,
    }  # fmt: skip


# --- answers of staff and partners


def staff_answers(agency: str) -> list[Fields]:
    """Return the answers of 36 to 44 people of an agency."""
    many = {"police": 44, "health": 40, "housing": 36}[agency]
    return [
        {
            "S1": "1" if person % 5 < 3 else "2", "S3": "1" if person % 3 == 0 else "2",
            "S4": "1" if person % 4 < 2 else "2", "S5": str(person % 5 + 1), "S6": "4" if person % 2 else "2",
            "S7": "5" if person % 3 else "1", "S8": "4" if person % 4 else "3",
        }
        for person in range(many)
    ]  # fmt: skip


def partner_answers() -> list[Fields]:
    """Return the answers of 22 of 24 members."""
    return [
        {
            "P1": "4" if member % 3 else "2", "P2": "5" if member % 2 else "2", "P3": "4" if member % 4 else "1",
            "P4": ("1", "2", "3", "1")[member % 4], "P5": "4" if member % 5 < 2 else "1",
        }
        for member in range(22)
    ]  # fmt: skip
