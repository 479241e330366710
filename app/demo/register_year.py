"""Define a made-up year of the registers of River City: a finding, a meeting, a promise, money, a failure, a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

PARTNERSHIP = "partnership"
Rows = tuple[Mapping[str, Any], ...]

ORGANIZATIONS: Rows = (
    {"entry": "tenants", "name": "Riverside Tenants", "since": "2025-01-01", "survivor_led": "no"},
    {"entry": "safe-nights", "name": "Safe Nights", "since": "2025-01-01", "survivor_led": "yes"},
    {"entry": "arab-center", "name": "Arab Community Center", "since": "2025-01-01"},
    {"entry": "youth", "name": "Youth on Main", "since": "2025-06-01"},
)
GROUPS: Rows = (
    {"entry": "survivors", "name": "Crime survivors", "kind": "survivors", "seats": 14, "since": "2025-01-01",
     "asked": "Two survivor groups named their own members.", "tried": "Evening meetings and paid child care."},
    {"entry": "residents", "name": "Residents of three neighborhoods", "kind": "community", "seats": 18,
     "since": "2025-01-01", "asked": "Each neighborhood held an open meeting."},
    {"entry": "services", "name": "Police, clinics and housing", "kind": "agencies", "seats": 21,
     "since": "2025-01-01", "existing": "yes"},
    {"entry": "without-home", "name": "People without a home", "kind": "community", "seats": 0, "since": "2025-06-01",
     "tried": "Two shelters were asked to name someone. The next meeting is held at one of them."},
)  # fmt: skip
DECISIONS = (
    ("2025-02-11", "survivors=3; residents=11; services=17", "Read the survey together before planning."),
    (
        "2025-05-13",
        "survivors=5; residents=12; services=18",
        "Interpreters at every front desk by the end of the year.",
    ),
    ("2025-09-09", "survivors=10; residents=12; services=17", "Combine three grants for night outreach."),
    ("2025-11-18", "survivors=11; residents=13; services=19", "Say openly that the card was not used."),
    ("2026-02-10", "survivors=11; residents=14; services=19", "Renew the promise on interpreters."),
)
TENSIONS = {2: "Residents and police disagree about stops near schools."}
COMMITMENTS: Rows = (
    {"entry": "interpreters", "what": "An interpreter within ten minutes at every front desk", "promised": "2025-05-13",
     "after": "Survey of 2025: people who needed help with language", "finding": "river-city-2025", "by": "2025-12-31",
     "state": "not kept",
     "because": "Two desks had no contract at night.", "limits": "Contracts need six months of notice."},
    {"entry": "short-form", "what": "A form of one page at the clinics", "promised": "2025-05-13",
     "after": "Meeting of May 2025", "finding": "river-city-2025/health#parts", "by": "2025-12-31", "state": "kept",
     "proof": "https://river-city.example/reports/intake-form"},
    {"entry": "night-desks", "what": "Interpreters at night, at all desks", "promised": "2026-02-10",
     "after": "Meeting of February 2026", "by": "2026-10-31", "state": "under way"},
    {"entry": "stops", "agency": "police", "what": "Publish stops by area and group every three months",
     "promised": "2025-05-13", "after": "Survey of 2025: groups that trust the police less",
     "finding": "river-city-2025/police#groups", "by": "2026-12-31", "state": "under way",
     "limits": "Stops before 2024 were counted on paper."},
    {"entry": "repairs", "agency": "housing", "what": "Answer each request for a repair within five days",
     "promised": "2025-05-13", "after": "Survey of 2025: trust in the housing office",
     "finding": "river-city-2025/housing", "by": "2026-01-31", "state": "kept",
     "proof": "https://river-city.example/reports/repairs"},
)  # fmt: skip
SPENDING = {
    "2024": (("City budget", "city", "won", 1_250_000, 90_000),
             ("State safety grant", "state", "won", 450_000, 80_000),
             ("Federal justice grant", "federal", "won", 200_000, 40_000)),
    "2025": (("City budget", "city", "won", 1_150_000, 120_000),
             ("State safety grant", "state", "won", 560_000, 125_000),
             ("Federal justice grant", "federal", "won", 290_000, 60_000), ("Gifts", "gifts", "won", 150_000, 60_000),
             ("Federal health grant", "federal", "applied", 0, 0), ("Foundation for youth", "gifts", "found", 0, 0)),
}  # fmt: skip
REQUESTS: Rows = (
    {"entry": "language", "asked": "2025-03-04", "organization": "arab-center", "topic": "Interpreter requests by desk",
     "formal": "no", "outcome": "given", "answered": "2025-03-20", "data": "https://river-city.example/data/desks"},
    {"entry": "night", "asked": "2025-04-02", "organization": "safe-nights", "topic": "Calls at night by area",
     "formal": "no", "outcome": "given", "answered": "2025-04-28"},
    {"entry": "leases", "asked": "2025-07-01", "organization": "tenants", "topic": "Ended leases", "formal": "yes",
     "outcome": "refused", "answered": "2025-07-21", "reason": "It would name families."},
    {"entry": "stops", "asked": "2026-03-02", "organization": "youth", "topic": "Stops of young people", "formal": "no",
     "outcome": "waiting"},
)  # fmt: skip
IMPROVEMENTS: Rows = (
    {"entry": "intake-form", "day": "2025-05-12", "title": "A shorter form at the front desk of the clinics",
     "agreed": "yes", "closed": "yes", "hours": 60, "worked": "Waiting fell from 48 to 31 minutes.",
     "did_not_work": "The Arabic form was printed too late, and people were sent home once more.",
     "changed": "The printer now gets both forms on the same day.", "organizations": "arab-center",
     "report": "https://river-city.example/reports/intake-form"},
    {"entry": "night-outreach", "day": "2025-10-03", "title": "Officers and counselors at night in Riverside",
     "agreed": "yes", "closed": "yes", "hours": 120, "worked": "Two shelters asked for the team by themselves.",
     "did_not_work": "No one called the number on the card. We do not know why yet.",
     "changed": "The card names a person from April on.", "organizations": "safe-nights, tenants"},
)  # fmt: skip
COHORTS: Rows = (
    {"entry": "four-visits", "name": "Four or more emergency visits in 2024", "year": 2025, "people": 120,
     "months_before": 1440, "cost_before": 1_830_000, "months_after": 1416, "cost_after": 1_512_000, "spread": 900,
     "people_compared": 118, "months_before_compared": 1416, "cost_before_compared": 1_770_000,
     "months_after_compared": 1400, "cost_after_compared": 1_610_000, "spread_compared": 850,
     "chosen": "By the same rule in two districts; only one of them had the program."},
)  # fmt: skip
REPLIES: Rows = (
    {"entry": "r1", "about": "commitments", "about_entry": "short-form", "organization": "tenants",
     "stance": "confirmed"},
    {"entry": "r2", "about": "commitments", "about_entry": "interpreters", "organization": "arab-center",
     "stance": "disputed", "words": "At four desks, not two, we waited for an hour."},
)  # fmt: skip


def register_rows() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the rows of each register, in the order in which they need each other."""
    kept = (
        ("organizations", ORGANIZATIONS),
        ("groups", GROUPS),
        ("meetings", tuple(_meetings())),
        ("commitments", COMMITMENTS),
        ("funds", tuple(_funds())),
        ("cohorts", COHORTS),
        ("requests", REQUESTS),
        ("improvements", IMPROVEMENTS),
        ("replies", REPLIES),
    )
    for name, rows in kept:
        agency = "" if name == "replies" else PARTNERSHIP
        yield name, [{"lang": "en", "agency": agency, **row} for row in rows]


def _meetings() -> Iterator[Mapping[str, Any]]:
    for number, (day, attendance, decided) in enumerate(DECISIONS, 1):
        joined = "tenants, safe-nights, arab-center" if number % 2 else "safe-nights"
        yield {
            "entry": f"meeting-{number}", "day": day, "title": f"Partnership meeting {number}",
            "attendance": attendance, "decided": decided, "organizations": joined, "tensions": TENSIONS.get(number, ""),
        }  # fmt: skip
    yield {"entry": "meeting-6", "day": "2026-06-09", "title": "Partnership meeting 6"}


def _funds() -> Iterator[Mapping[str, Any]]:
    for year, streams in SPENDING.items():
        for number, (name, source, stage, spent, paid) in enumerate(streams, 1):
            row = {
                "entry": f"{year}-{number}", "name": name, "year": year, "source": source, "stage": stage,
                "eligible": "yes", "spent": spent, "paid": paid, "pays_for": "Outreach and interpreters",
            }  # fmt: skip
            yield {**row, **(FEDERAL if source == "federal" else FLEXIBLE if source == "gifts" else {})}


FEDERAL = {
    "barrier": "Records of the jail and the clinics cannot be joined.", "waiver": "requested",
    "high_utilizers": "yes", "braided": "State safety grant", "elsewhere": "Hill Town shares totals only.",
}  # fmt: skip
FLEXIBLE = {"flexible": "yes", "flexible_use": "Beds at night, because a bed costs less than an emergency visit."}
