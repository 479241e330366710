"""An attacker reads everything that was published about registers, and the database, and looks for single people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from analysis.disclosure import Rules
from app.records.communities import get_community
from app.records.database import reading
from app.records.register_entries import newest_entries
from app.services.registers.comments import receive_comment
from app.services.registers.derivation import derive, make_work
from app.services.registers.entries import Entry, store_entries
from app.services.scorecards import publish as publishing
from app.services.scorecards.publish import FrozenScorecard
from app.services.scorecards.upload_rows import to_rows
from tests.services.making import ACT, make_database, make_settings
from tests.services.registers.year import CITY, COHORTS, KEEPER, YEAR
from tests.services.scorecards.scored import load, make_register, publish

FEW, WIDE = Rules().count_threshold, Rules().narrowest_range
YEAR_OF = {"agency": KEEPER, "lang": "en"}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Engine]:
    made = make_database(make_settings(tmp_path))
    make_register(made)
    yield made
    made.dispose()


def enter(engine: Engine, register: str, *rows: Mapping[str, object]) -> None:
    store_entries(engine, CITY, register, to_rows([{**YEAR_OF, **row} for row in rows]), ACT, "t")


# --- costs of people


def costs_in(cards: Sequence[FrozenScorecard]) -> list[tuple[str, float]]:
    """Return every published number of months, by period."""
    return [
        (facts["period"], row["denominator"])
        for frozen in cards
        for facts in frozen.card.document["public"]["things"]
        for row in facts["rows"]
        if facts["measure"] == "3.2" and "denominator" in row
    ]


def groups_in(cards: Sequence[FrozenScorecard]) -> list[int]:
    """Return every published number of people of a cohort."""
    return [
        row["people"]
        for frozen in cards
        for row in frozen.card.document["public"]["registers"]["cohorts"]
        if row["people"] is not None
    ]


def find_few_people(cards: Sequence[FrozenScorecard]) -> list[str]:
    """Subtract everything from everything: the rest must be no one, or ten people for a year."""
    found = [
        f"{period}: {abs(a - b):g} months" for (period, a), (same, b) in combinations(costs_in(cards), 2)
        if period == same and 0 < abs(a - b) < 12 * FEW
    ]  # fmt: skip
    found += [f"{abs(a - b)} people" for a, b in combinations(groups_in(cards), 2) if 0 < abs(a - b) < FEW]
    for frozen in cards:
        months = 12 * sum(groups_in([frozen]))
        rest = [of - months for _, of in costs_in([frozen]) if months and 60 < of - months < 12 * FEW]
        found += [f"{each:g} months beside the shown groups" for each in rest]
    return found


SMALL = {
    **COHORTS[0], "entry": "k1", "people": 9, "months_before": 108, "cost_before": 900_000, "months_after": 108,
    "cost_after": 880_000, "people_compared": "",
}  # fmt: skip
FEWER = {**COHORTS[0], "people": 117, "months_after": 1380, "cost_after": 1_400_000}


def test_cost_of_a_hidden_cohort_follows_from_no_sum(place: Engine) -> None:
    enter(place, "cohorts", COHORTS[0], SMALL)
    card = publish(place)
    assert costs_in([card]) == [("2025", 1420)]
    assert find_few_people([card]) == []


@pytest.mark.parametrize("way", ["same entry", "another name", "another name beside a new group"])
def test_correction_by_three_people_shows_no_cost_of_them(place: Engine, way: str) -> None:
    enter(place, "cohorts", COHORTS[0])
    first = publish(place)
    if way == "same entry":
        enter(place, "cohorts", FEWER)
    else:
        enter(place, "cohorts", {"entry": "k0", "withdraw": "yes"})
        enter(place, "cohorts", {**FEWER, "entry": "k5"})
    if way.endswith("group"):
        enter(place, "cohorts", {**COHORTS[0], "entry": "k6", "people": 60, "months_after": 720})
    assert find_few_people([first, publish(place)]) == []


def test_typed_cost_corrected_by_few_people_is_hidden(place: Engine) -> None:
    typed = {"measure": "3.2", "period": "2025", "numerator": 1_500_000, "denominator": 1440}
    load(place, typed)
    first = publish(place)
    load(place, {**typed, "numerator": 1_400_000, "denominator": 1404, "correction": "Three people were counted twice"})
    second = publish(place)
    assert find_few_people([first, second]) == []
    load(place, {**typed, "numerator": 1_900_000, "denominator": 1800, "correction": "A clinic was missing"})
    assert [months for _, months in costs_in([publish(place)])] == [1800]


def test_attack_finds_the_costs_of_three_people(place: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "hide_small_changes", lambda draft, earlier, definitions: draft)
    enter(place, "cohorts", COHORTS[0])
    first = publish(place)
    enter(place, "cohorts", {"entry": "k0", "withdraw": "yes"})
    enter(place, "cohorts", {**FEWER, "entry": "k5"})
    assert find_few_people([first, publish(place)])


# --- attendance, by a reader who knows the seats

KINDS = {"survivors": True, "community": True, "agencies": False, "others": False}


@given(
    st.lists(st.integers(1, 14), min_size=4, max_size=4), st.lists(st.floats(0, 1), min_size=4, max_size=4),
    st.integers(1, 3),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
@example([3, 6, 8, 2], [1.0, 1.0, 1.0, 1.0], 3)
@example([4, 6, 8, 4], [0.75, 1.0, 0.9, 0.0], 3)
def test_public_seats_narrow_no_group_under_ten(seats: list[int], parts: list[float], held: int) -> None:
    """Search every attendance that fits the seats and the shown totals, which are rounded to five."""
    taken = [round(part * number) for part, number in zip(parts, seats, strict=True)]
    groups = [_entry("groups", kind, {"kind": kind, "seats": f"{number}", "since": "2025-01-01"})
              for kind, number in zip(KINDS, seats, strict=True)]  # fmt: skip
    attendance = "; ".join(f"{kind}={count}" for kind, count in zip(KINDS, taken, strict=True))
    meetings = [
        _entry("meetings", f"m{n}", {"day": f"2025-0{n + 1}-02", "title": "m", "attendance": attendance})
        for n in range(held)
    ]
    found = {each.measure: each for each in derive(make_work([*groups, *meetings], ACT.now.date()))}
    if "2.1b" not in found or found["2.1b"].narrow:
        return
    heard, total = found["2.1b"].numerator, found["2.1b"].denominator
    most = [number * held for number in seats]
    for kinds, shown in ((slice(0, 2), _range(heard)), (slice(2, 4), _rest(heard, total))):
        axes = np.meshgrid(*(np.arange(number + 1) for number in most[kinds]), indexing="ij")
        fits = (sum(axes) >= shown[0]) & (sum(axes) <= shown[1])
        for axis, count, full in zip(axes, np.array(taken)[kinds] * held, most[kinds], strict=True):
            low, high = int(axis[fits].min()), int(axis[fits].max())
            assert count >= FEW or low >= FEW or high - low >= min(WIDE, full), (seats, taken, held)


def _range(count: float) -> tuple[float, float]:
    nearest = 5 * int((count + 2.5) // 5)
    return (0, FEW - 1) if count < FEW else (nearest - 2, nearest + 2)


def _rest(heard: float, total: float) -> tuple[float, float]:
    (low, high), (least, most) = _range(heard), _range(total)
    return max(least - high, 0), most - low


def _entry(register: str, slug: str, values: dict[str, str]) -> Entry:
    return Entry(register, slug, KEEPER, values, "en", ACT.now.date(), 1)


def test_full_table_is_hidden_with_a_reason(place: Engine) -> None:
    enter(place, "organizations", *map(dict, YEAR["organizations"]))
    enter(place, "groups", *map(dict, YEAR["groups"]))
    enter(place, "meetings", {**YEAR["meetings"][0], "attendance": "residents=6; survivors=4; services=8"})
    card = publish(place).card
    found = [facts for facts in card.document["public"]["things"] if facts["measure"].startswith("2.1")]
    hidden = [{"breakdown": "", "level": "", "reason": "protects_another"}]
    assert {facts["measure"]: [dict(row) for row in facts["rows"]] for facts in found} == {
        "2.1a": hidden, "2.1b": hidden,
    }  # fmt: skip
    assert len(found) == 2
    assert not [unit.id for unit in card.units if "/2.1" in unit.id]


# --- comments and requests


def test_rows_of_comments_show_no_order(place: Engine) -> None:
    """A copy of the database: the numbers of rows must not place a comment between two dated entries."""
    for number in range(40):
        words = f"{number:02}"
        assert receive_comment(place, CITY, "1.1", "comment", words, "en", date(2026, 5, 17)) is None
        enter(place, "organizations", {"entry": f"o{number}", "name": words, "since": "2025-01-01"})
    with reading(place) as session:
        rows = {(row.kind, row.values.get("words") or row.values["name"]): row.id or 0
                for row in newest_entries(session, get_community(session, CITY).id or 0)}  # fmt: skip
    ids = [rows[kind, f"{number:02}"] for number in range(40) for kind in ("comments", "organizations")]
    ordered = np.mean([a < b for a, b in combinations(ids, 2)])
    assert 0.2 < ordered < 0.8


def test_public_requests_are_the_same_for_every_asker(place: Engine) -> None:
    """Change who asked, and nothing in the public rows changes."""
    enter(place, "organizations", *map(dict, YEAR["organizations"]))
    enter(place, "requests", *map(dict, YEAR["requests"]))
    before = publish(place).card.document["public"]["registers"]["requests"]
    enter(place, "requests", *({**row, "organization": "elders"} for row in YEAR["requests"]))
    after = publish(place).card.document["public"]["registers"]["requests"]
    plain = [[{k: v for k, v in row.items() if k != "revision"} for row in rows] for rows in (before, after)]
    assert plain[0] == plain[1]
