"""A made-up year of a small city in its registers: rows as the console and tables bring them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine

from app.services.common.actor import Actor
from app.services.registers.entries import store_entries
from app.services.scorecards.upload_rows import to_rows

CITY, KEEPER = "river-city", "police"
ORGANIZATIONS = tuple(
    {"entry": slug, "name": slug.title(), "since": "2025-01-01"} for slug in ("tenants", "clinic", "youth", "elders")
)
GROUPS = (
    {"entry": "residents", "name": "Residents", "kind": "community", "seats": 6, "since": "2025-01-01"},
    {"entry": "survivors", "name": "Survivors", "kind": "survivors", "seats": 4, "since": "2025-01-01"},
    {"entry": "services", "name": "Services", "kind": "agencies", "seats": 8, "since": "2025-01-01"},
)
MEETINGS = tuple(
    {
        "entry": f"m{month}", "day": f"2025-{month:02}-10", "title": f"Meeting {month}",
        "attendance": f"residents={3 + month % 3}; survivors={month % 4}; services=7",
        "organizations": "tenants, clinic" if month % 2 else "youth", "decided": "Longer hours",
    }
    for month in range(1, 13)
)  # fmt: skip
COMMITMENTS = (
    *(
        {
            "entry": f"c{number}", "what": f"Promise {number}", "after": "Report 2025", "promised": "2025-02-01",
            "by": "2025-09-30", "state": "kept", "proof": "https://city.example/p",
        }
        for number in range(6)
    ),
    {"entry": "c6", "what": "A night line", "after": "Meeting 3", "promised": "2025-03-10", "by": "2025-12-01",
     "state": "not kept", "because": "No money was found"},
    {"entry": "c7", "what": "Signs in Arabic", "after": "Meeting 4", "promised": "2025-04-10", "by": "2025-11-01",
     "state": "under way"},
    {"entry": "c8", "what": "A new door", "after": "Meeting 9", "promised": "2025-09-10", "by": "2027-03-01",
     "state": "promised"},
)  # fmt: skip
FUNDS = tuple(
    {
        "entry": f"f{number}", "name": f"Stream {number}", "year": 2025,
        "source": ("federal", "state", "city", "gifts")[number % 4],
        "stage": ("found", "assessed", "applied", "won", "refused")[number % 5],
        "eligible": "no" if number == 13 else "yes", "spent": 10_000 * number, "paid": 1_000 * number,
        "evaluation": 500 if number % 2 else "", "flexible": "yes" if number in (3, 7) else "no",
        "flexible_use": "Beds at night" if number == 3 else "", "high_utilizers": "yes" if number < 4 else "no",
        "barrier": "Records cannot be shared" if number < 3 else "",
        "waiver": ("granted", "refused", "requested")[number] if number < 3 else "",
    }
    for number in range(14)
)  # fmt: skip
REQUESTS = (
    {"entry": "r0", "asked": "2025-02-03", "organization": "tenants", "topic": "Stops", "formal": "no",
     "outcome": "given", "answered": "2025-02-21", "data": "https://city.example/stops.csv"},
    {"entry": "r1", "asked": "2025-03-03", "organization": "clinic", "topic": "Beds", "formal": "no",
     "outcome": "given", "answered": "2025-05-05"},
    {"entry": "r2", "asked": "2025-04-03", "organization": "youth", "topic": "Schools", "formal": "yes",
     "outcome": "refused", "answered": "2025-04-20", "reason": "It names children"},
    {"entry": "r3", "asked": "2025-05-05", "organization": "elders", "topic": "Falls", "formal": "yes",
     "outcome": "given", "answered": "2025-05-20"},
    {"entry": "r4", "asked": "2025-06-03", "organization": "tenants", "topic": "Rents", "formal": "no",
     "outcome": "waiting"},
    {"entry": "r5", "asked": "2025-07-03", "topic": "Press", "formal": "yes", "outcome": "given",
     "answered": "2025-07-20"},
)  # fmt: skip
IMPROVEMENTS = (
    {"entry": "i0", "day": "2025-05-12", "title": "A shorter form", "agreed": "yes", "closed": "yes", "hours": 40,
     "worked": "Waiting fell", "did_not_work": "The Arabic form was late", "report": "https://city.example/r",
     "changed": "Both forms are printed on one day", "organizations": "youth"},
    {"entry": "i1", "day": "2025-10-03", "title": "Night teams", "agreed": "yes", "closed": "yes", "worked": "Help",
     "organizations": "tenants"},
    {"entry": "i2", "day": "2025-11-03", "title": "Phones", "agreed": "no", "closed": "no",
     "report": "https://city.example/q"},
)  # fmt: skip
COHORTS = (
    {"entry": "k0", "name": "Four visits or more", "year": 2025, "people": 120, "months_before": 1440,
     "cost_before": 1_830_000, "months_after": 1416, "cost_after": 1_512_000, "spread": 900, "people_compared": 118,
     "months_before_compared": 1416, "cost_before_compared": 1_770_000, "months_after_compared": 1400,
     "cost_after_compared": 1_610_000, "spread_compared": 850, "chosen": "By the same rule in two districts"},
)  # fmt: skip
YEAR: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "organizations": ORGANIZATIONS,
    "groups": GROUPS,
    "meetings": MEETINGS,
    "commitments": COMMITMENTS,
    "funds": FUNDS,
    "cohorts": COHORTS,
    "requests": REQUESTS,
    "improvements": IMPROVEMENTS,
}
# Recomputed by hand from the rows above: measure, period -> numerator, denominator.
EXPECTED = {
    ("2.1b", "2025-Q1"): (18, 39),
    ("2.1a", "2025-Q1"): (39, 54),
    ("5.1", "2025-H1"): (3, 4),
    ("5.1", "2025-H2"): (3, 4),
    ("5c", "2025"): (6, 8),
    ("3.1a", "2025"): (10, 13),
    ("3.1b", "2025"): (910_000, 910_000),
    ("5.2", "2025"): (91_000, 910_000),
    ("4e", "2025"): (3_500, 910_000),
    ("3w", "2025"): (1, 3),
    ("3f", "2025"): (30_000, 100_000),
    ("3h", "2025"): (4, 13),
    ("3.2", "2025"): (1_512_000, 1416),
    ("5.3", "2025"): (2, 4),
    ("5.3m", "2025"): (1, 5),
    ("5.3d", "2025"): (1, 2),
    ("4.1", "2025"): (2, 2),
    ("4.2", "2025"): (1, 2),
    ("4c", "2025"): (1, 1),
}


def store_year(engine: Engine, actor: Actor) -> None:
    for name, rows in YEAR.items():
        store_entries(
            engine, CITY, name, to_rows([{"agency": KEEPER, "lang": "en", **row} for row in rows]), actor, "t"
        )
