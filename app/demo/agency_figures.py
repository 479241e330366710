"""Define made-up figures of River City for its scorecard, as its agencies would upload them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.services.communities.workforce import StaffLevel

SOURCE = "Simulated records of River City"
QUARTERS = ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1")
YEARS = ("2024", "2025")
PARTNERSHIP = "partnership"
ROSTER = {"police": 240, "health": 310, "housing": 90}

# Trained staff by quarter. In 2026 the police count only trainings of eight hours, so a new trend begins.
TRAINED: Mapping[str, tuple[int, ...]] = {
    "police": (84, 96, 121, 140, 118),
    "health": (190, 205, 214, 232, 241),
    "housing": (22, 30, 41, 47, 58),
}
# Numerator and denominator by period of the measures that the partnership reports for all agencies.
TOGETHER: Mapping[str, tuple[tuple[float, float], ...]] = {
    "4e": ((42_000, 1_900_000), (95_000, 2_150_000)),
    "4x": ((1, 6), (3, 6)),
    "5.3s": ((2, 4), (7, 4)),
}
# Hours of service with an interpreter, and requests that were served.
REACHED: Mapping[str, tuple[tuple[int, int], ...]] = {
    "health": ((402, 520), (415, 520), (431, 528), (431, 528), (447, 528)),
    "police": ((380, 1092), (455, 1092), (455, 1104), (610, 1104), (728, 1104)),
}
# Hours of service with an expert on the culture of the people who come.
WITH_EXPERT: Mapping[str, tuple[tuple[int, int], ...]] = {
    "health": ((120, 520), (120, 520), (160, 528), (184, 528), (208, 528)),
    "police": ((0, 1092), (40, 1092), (96, 1104), (96, 1104), (144, 1104)),
}
SERVED: Mapping[str, tuple[tuple[int, int], ...]] = {
    "health": ((610, 790), (655, 801), (702, 822), (731, 840), (760, 851)),
    "police": ((94, 210), (101, 214), (120, 233), (131, 229), (150, 241)),
}
LIVING_HERE = {"police": ((66, 231), (71, 233)), "health": ((160, 300), (168, 302)), "housing": ((48, 88), (51, 90))}
STAFF: Mapping[str, Mapping[str, Mapping[str, int]]] = {
    "police": {
        "gender": {"1": 52, "2": 188},
        "language": {"1": 176, "2": 38, "3": 14, "unknown": 12},
        "age": {"1": 46, "2": 98, "3": 90, "4": 6},
    },
    "health": {
        "gender": {"1": 221, "2": 89},
        "language": {"1": 190, "2": 72, "3": 48},
        "age": {"1": 61, "2": 122, "3": 112, "4": 15},
    },
    "housing": {
        "gender": {"1": 50, "2": 40},
        "language": {"1": 52, "2": 27, "3": 11},
        "age": {"1": 17, "2": 31, "3": 35, "4": 7},
    },
}
NEW_HIRES = {"police": {"gender": {"1": 14, "2": 22}, "language": {"1": 20, "2": 14, "3": 2}}}

TARGETS = (
    {"measure": "1.1", "value": 90, "by_year": "2028", "agreed_on": "2025-01-20"},
    {"measure": "2.1b", "value": 50, "by_year": "2027", "agreed_on": "2025-01-20"},
    {"measure": "4.1", "value": 100, "by_year": "2026", "agreed_on": "2025-01-20"},
    {"measure": "5.2", "value": 25, "by_year": "2028", "agreed_on": "2025-06-02"},
)
ANSWERS = (
    {"question": "point_person", "answer": "yes", "words": "Office of Violence Prevention, since January 2025."},
    {"question": "who_seeks_funds", "answer": "yes", "words": "The grants team of the city, with two clinics."},
    {"question": "waivers", "answer": "yes", "words": "Rules on sharing records between the jail and clinics."},
    {"question": "high_utilizers", "answer": "yes", "words": "A third party links the totals once a year."},
    {
        "question": "legitimacy",
        "answer": "yes",
        "words": "Cards in six languages say that no one asks about immigration status. Survivors train new officers.",
    },
    {"question": "network", "answer": "yes", "words": "We meet with five other communities each spring."},
)


def figure_rows() -> Iterator[Mapping[str, Any]]:
    """Yield every uploaded figure as a row of a table."""
    for agency, trained in TRAINED.items():
        for period, met in zip(QUARTERS, trained, strict=True):
            changed = agency == "police" and period == "2026-Q1"
            version = {"version": "1+8-hours", "trend": "new"} if changed else {}
            yield _row("1.1", agency, period, met, ROSTER[agency] - 6, unknown=6, **version)
    for agency, roles in {"police": {"frontline": (92, 186), "supervisor": (26, 48)}}.items():
        for level, (met, of) in roles.items():
            yield _row("1.1", agency, "2026-Q1", met, of, breakdown="role", level=level, version="1+8-hours")
    for measure, agencies in (("1.2a", REACHED), ("1.2b", SERVED), ("1.2d", WITH_EXPERT)):
        for agency, served in agencies.items():
            for period, (met, of) in zip(QUARTERS, served, strict=True):
                yield _row(measure, agency, period, met, of)
    for agency, living in LIVING_HERE.items():
        for period, (met, of) in zip(YEARS, living, strict=True):
            yield _row("1.3a", agency, period, met, of, unknown=ROSTER[agency] - of)
    for measure, pairs in TOGETHER.items():
        for period, (counted, whole) in zip(QUARTERS if len(pairs) > 2 else YEARS, pairs, strict=True):
            yield _row(measure, PARTNERSHIP, period, counted, whole)


def _row(measure: str, agency: str, period: str, met: float, of: float, **more: Any) -> dict[str, Any]:
    attested_by = "Safety partnership" if agency == PARTNERSHIP else "Records office"
    facts = {
        "source": SOURCE,
        "attested_by": attested_by,
        "attested_on": f"{int(period[:4]) + 1}-01-20",
        "version": "1",
    }
    if period == "2026-Q1":
        facts["attested_on"] = "2026-04-20"
    return {
        **facts, "measure": measure, "agency": agency, "period": period, "numerator": met, "denominator": of, **more
    }  # fmt: skip


def staff_levels() -> list[StaffLevel]:
    """Return all staff by gender, language and age, and the new hires of the police."""
    staff = [
        StaffLevel(agency, variable, level, count, SOURCE, 2025)
        for agency, variables in STAFF.items()
        for variable, levels in variables.items()
        for level, count in levels.items()
    ]
    hires = [
        StaffLevel(agency, variable, level, count, SOURCE, 2025, "new hires")
        for agency, variables in NEW_HIRES.items()
        for variable, levels in variables.items()
        for level, count in levels.items()
    ]
    return staff + hires
