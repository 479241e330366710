"""An attacker subtracts: totals from parts, seats from totals, versions and formats from each other."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations, product
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import col, select
from starlette.testclient import TestClient

from analysis.disclosure import Rules
from app.main import create_app
from app.records.database import reading
from app.records.register_entries import RegisterEntry
from app.services.registers.comments import decide_comment, list_waiting, receive_comment
from app.services.registers.derivation import Derived, derive, make_work
from app.services.registers.entries import Entry, store_entries
from app.services.registers.request_systems import to_request
from app.services.scorecards.definitions import load_definitions
from app.services.scorecards.figures import read_figures
from app.services.scorecards.publish import FrozenScorecard
from app.services.scorecards.upload_rows import to_rows
from tests.services.making import ACT, make_database, make_settings
from tests.services.registers.year import CITY, COHORTS, KEEPER, YEAR
from tests.services.scorecards.scored import load, make_register, publish

FEW, WIDE = Rules().count_threshold, Rules().narrowest_range
FORMATS = (".json", ".csv?lang=en", "?lang=en", "/meetings.ics", *(f"/registers/{name}.csv" for name in YEAR))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Engine]:
    made = make_database(make_settings(tmp_path))
    make_register(made)
    yield made
    made.dispose()


def enter(engine: Engine, register: str, *rows: Mapping[str, object]) -> None:
    full = [{"agency": KEEPER, "lang": "en", **row} for row in rows]
    store_entries(engine, CITY, register, to_rows(full), ACT, "t")


# --- attendance: several groups of one kind, each with public seats

SURVIVORS = {"shelter": 3, "families": 3}
RESIDENTS = {"north": 10, "youth": 3}
OFFICES = {"police": 12, "clinics": 9}


def derive_meetings(seats: Mapping[str, int], taken: Mapping[str, int], held: int) -> dict[str, Derived]:
    def kind(name: str) -> str:
        return "survivors" if name in SURVIVORS else "community" if name in RESIDENTS else "agencies"

    groups = [_entry("groups", name, {"kind": kind(name), "seats": f"{number}", "since": "2025-01-01"})
              for name, number in seats.items()]  # fmt: skip
    attendance = "; ".join(f"{name}={number}" for name, number in taken.items())
    meetings = [_entry("meetings", f"m{n}", {"day": f"2025-0{n}-02", "title": "m", "attendance": attendance})
                for n in range(1, held + 1)]  # fmt: skip
    return {each.measure: each for each in derive(make_work([*groups, *meetings], ACT.now.date()))}


def _entry(register: str, slug: str, values: dict[str, str]) -> Entry:
    return Entry(register, slug, KEEPER, values, "en", ACT.now.date(), 1)


@pytest.mark.parametrize("empty", range(9))
@pytest.mark.parametrize("held", [1, 2, 3])
def test_no_groups_together_follow_from_seats(empty: int, held: int) -> None:
    """Take some seats away from the full table; a small group, or several together, must stay open."""
    seats = {**SURVIVORS, **RESIDENTS, **OFFICES}
    taken = dict(seats)
    for number in range(empty):
        name = list(seats)[number % len(seats)]
        taken[name] -= taken[name] > 0
    found = derive_meetings(seats, taken, held)
    shown = found["2.1b"]
    if shown.narrow:
        return
    heard, total = _possible(shown.numerator), _possible(shown.denominator)
    others = max(total[0] - heard[1], 0), total[1] - heard[0]
    for side, (least, most) in (((*SURVIVORS, *RESIDENTS), heard), (tuple(OFFICES), others)):
        for names in (names for size in range(1, len(side) + 1) for names in combinations(side, size)):
            own = sum(seats[name] for name in names) * held
            rest = sum(seats[name] for name in side) * held - own
            low, high = max(least - rest, 0), min(own, most)
            assert low >= FEW or high - low >= min(WIDE, own), (names, low, high)


def _possible(count: float) -> tuple[int, int]:
    nearest = 5 * int((count + 2.5) // 5)
    return (0, FEW - 1) if count < FEW else (nearest - 2, nearest + 2)


def test_attack_on_groups_finds_few_young_people() -> None:
    """With 39 of 40 seats of residents taken, the 9 seats of young people had seven to nine people."""
    found = derive_meetings({"north": 31, "youth": 9, **OFFICES}, {"north": 31, "youth": 8, "police": 2}, 1)
    assert found["2.1b"].narrow


def test_typed_attendance_is_bound_by_public_seats(place: Engine) -> None:
    enter(place, "groups", *map(dict, YEAR["groups"]))
    typed = {"period": "2025-Q1", "source": "Minutes"}
    load(
        place,
        {**typed, "measure": "2.1a", "numerator": 17, "denominator": 18},
        {**typed, "measure": "2.1b", "numerator": 10, "denominator": 17},
    )
    series = read_figures(publish(place).card, load_definitions()).series
    assert {series[name, KEEPER].last.reason for name in ("2.1a", "2.1b")} == {"protects_another"}


# --- costs: a part that is missing from a breakdown


def cost(level: str, months: float, dollars: float, breakdown: str = "cohort") -> dict[str, object]:
    parts = {"breakdown": breakdown, "level": level} if level else {}
    return {"measure": "3.2", "period": "2025", "numerator": dollars, "denominator": months, **parts}


def rests_in(card: FrozenScorecard) -> list[float]:
    """Subtract the shown parts of each breakdown from its whole: months of fewer than ten people for a year."""
    found = []
    for facts in card.card.document["public"]["things"]:
        rows = [row for row in facts["rows"] if facts["measure"] == "3.2"]
        whole = next((row for row in rows if not row["breakdown"] and "denominator" in row), None)
        for name in {row["breakdown"] for row in rows if row["breakdown"]} if whole else ():
            parts = [row for row in rows if row["breakdown"] == name]
            shown = sum(row["denominator"] for row in parts if "denominator" in row)
            few = 0 < whole["denominator"] - shown < 12 * FEW  # type: ignore[index]
            hidden = any("denominator" not in row for row in parts) and shown
            found += [whole["denominator"] - shown] if few or hidden else []  # type: ignore[index]
    return found


@pytest.mark.parametrize(
    "parts",
    [
        (cost("a", 1400, 1_700_000), cost("b", 40, 160_000)),
        (cost("a", 1400, 1_700_000),),
        (cost("jail", 30, 9e4, "system"), cost("clinic", 1440, 1e6, "system"), cost("home", 1440, 9e5, "system")),
    ],
    ids=["small part", "part left out", "small part of a system"],
)  # fmt: skip
def test_cost_of_few_people_is_no_rest_of_a_whole(place: Engine, parts: tuple[dict[str, object], ...]) -> None:
    load(place, cost("", 1440, 1_860_000), *parts)
    card = publish(place)
    assert rests_in(card) == []
    assert "3.2" in {facts["measure"] for facts in card.card.document["public"]["things"]}


def test_parts_of_many_people_are_shown(place: Engine) -> None:
    load(place, cost("", 1440, 1_860_000), cost("a", 1000, 1_300_000), cost("b", 440, 560_000))
    point = read_figures(publish(place).card, load_definitions()).series["3.2", KEEPER].last
    assert [part.denominator for part in point.parts] == [1000, 440]


# --- requests


def test_few_requests_in_a_language_are_hidden(place: Engine) -> None:
    asked = {"measure": "1.2b", "period": "2025-Q4"}
    by = {**asked, "breakdown": "language"}
    load(
        place,
        {**asked, "numerator": 57, "denominator": 63},
        {**by, "level": "Spanish", "numerator": 54, "denominator": 60},
        {**by, "level": "Tigrinya", "numerator": 3, "denominator": 3},
    )
    point = read_figures(publish(place).card, load_definitions()).series["1.2b", KEEPER].last
    assert {part.level: part.value for part in point.parts}["Tigrinya"] is None


def test_public_name_of_a_request_is_no_number_of_a_log(place: Engine) -> None:
    """The log of a city's records system names who asked, by the number of the request."""
    enter(place, "organizations", *map(dict, YEAR["organizations"]))
    exported = {"status": "Fulfilled", "closed": "03/20/2025", "created": "03/04/2025", "subject": "Desks"}
    for number in ("W-1201", "W-1202"):
        enter(place, "requests", to_request({**exported, "request_id": number}))
    reply = {"about": "requests", "about_entry": "w-1201", "organization": "tenants", "stance": "confirmed"}
    enter(place, "replies", {"entry": "requests-w-1201-tenants", **reply})
    first = publish(place)
    assert b"w-120" not in first.card.content
    rows = first.card.document["public"]["registers"]["requests"]
    assert sum(len(row.get("replies", ())) for row in rows) == 1
    enter(place, "requests", to_request({**exported, "request_id": "W-1201", "subject": "Front desks"}))
    again = publish(place).card.document["public"]["registers"]["requests"]
    assert {row["entry"] for row in again} == {row["entry"] for row in rows}


# --- every format

COHORT = {**COHORTS[0], "people": 113, "months_before": 1357, "months_after": 1343, "cost_after": 1_512_777,
          "people_compared": 117, "months_before_compared": 1399, "months_after_compared": 1391}  # fmt: skip
ATTENDANCE = {"residents": 23, "survivors": 21, "services": 33}
SECRETS = ("113", "1357", "1343", "1512777", "117", "1399", "1391", "Room Q7", "2025-02-19", "w-77")


def publish_secrets(engine: Engine) -> None:
    enter(engine, "organizations", *map(dict, YEAR["organizations"]))
    enter(engine, "groups", *({**row, "seats": 41} for row in YEAR["groups"]))
    attendance = "; ".join(f"{name}={number}" for name, number in ATTENDANCE.items())
    meeting = {**YEAR["meetings"][0], "attendance": attendance, "place": "Room Q7"}
    enter(engine, "meetings", meeting)
    enter(engine, "cohorts", COHORT)
    enter(engine, "requests", {**YEAR["requests"][0], "entry": "w-77", "asked": "2025-02-19"})
    publish(engine)


def test_no_format_holds_an_exact_number_or_a_name(place: Engine, tmp_path: Path) -> None:
    """Read all that anyone can download: numbers of people rounded alike, and nothing that only coordinators see."""
    publish_secrets(place)
    with TestClient(create_app(make_settings(tmp_path))) as anyone:
        texts = {end: anyone.get(f"/scorecard/{CITY}{end}").text for end in FORMATS}
    for end, content in texts.items():
        plain = (
            re.sub(r'"sha256":"[^"]*"|[0-9a-f]{24,}', "", content).replace(",", "") if end == "?lang=en" else content
        )
        found = [secret for secret in SECRETS if re.search(rf"(?<![0-9a-f.#]){re.escape(secret)}(?![0-9a-f])", plain)]
        assert found == [], end
    table = texts[".csv?lang=en"]
    assert ",77," not in table  # 77 seats were taken: 75 are shown
    assert "75" in table


# --- comments


def test_comment_leaves_nothing_in_history_cookies_or_logs(
    place: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A shared phone keeps pages that answer a form together with the form."""
    enter(place, "organizations", *map(dict, YEAR["organizations"]))
    publish(place)
    caplog.set_level(logging.DEBUG)
    with TestClient(create_app(make_settings(tmp_path))) as anyone:
        form = {"about": "scorecard", "kind": "comment", "words": "Q7 was there"}
        sent = anyone.post(f"/say/{CITY}?lang=en", data=form, follow_redirects=False)
        assert (sent.status_code, sent.content) == (303, b"")
        thanks = anyone.get(sent.headers["location"])
        assert "Two people read it" in thanks.text
        assert {answer.headers["cache-control"] for answer in (sent, thanks)} == {"no-store"}
        assert not anyone.cookies
        assert anyone.get("/metrics").text.count("/say") == 0
    kept = [each.getMessage() for each in caplog.records if not each.name.startswith("httpx")]
    assert not [line for line in kept if "Q7" in line or "/say" in line]


def test_comments_have_one_length_of_everything_but_words(place: Engine) -> None:
    """Nothing beside the words differs from one sender to another."""
    for words in ("a", "b"):
        assert receive_comment(place, CITY, "scorecard", "comment", words, "es", date(2026, 5, 17)) is None
    with reading(place) as session:
        rows = [row.model_dump(exclude={"id", "slug"}) for row in session.exec(_comments())]
    assert [{**row, "values": {**row["values"], "words": ""}} for row in rows][0:1] * 2 == [
        {**row, "values": {**row["values"], "words": ""}} for row in rows
    ]


def _comments():  # type: ignore[no-untyped-def]
    return select(RegisterEntry).where(col(RegisterEntry.kind) == "comments")


@pytest.mark.postgres
def test_position_on_postgresql_shows_no_day_of_a_comment(postgres_url: str, tmp_path: Path) -> None:
    """A row's xmin lies between those of dated entries; all comments must have that of the last change."""
    engine = make_database(make_settings(tmp_path, postgres_url))
    make_register(engine)
    for number in range(6):
        words = f"{number}"
        assert receive_comment(engine, CITY, "scorecard", "comment", words, "en", date(2026, 5, 17)) is None
        enter(engine, "organizations", {"entry": f"o{number}", "name": words, "since": "2025-01-01"})
    decide_comment(engine, CITY, list_waiting(engine, CITY)[0].slug, "for", ACT)
    with reading(engine) as session:
        rows = session.execute(text("SELECT kind, xmin::text::bigint FROM register_entry ORDER BY ctid")).all()
    engine.dispose()
    assert len({xmin for kind, xmin in rows if kind == "comments"}) == 1
    assert len({xmin for kind, xmin in rows if kind == "organizations"}) == 6


def test_names_of_moderators_are_in_no_format(place: Engine, tmp_path: Path) -> None:
    receive_comment(place, CITY, "scorecard", "comment", "It was late", "en", date(2026, 5, 17))
    [waiting] = list_waiting(place, CITY)
    for name in ("rosa-q7", "olga-q7"):
        decide_comment(place, CITY, waiting.slug, "for", ACT.__class__(name, ACT.now))
    enter(place, "organizations", *map(dict, YEAR["organizations"]))
    publish(place)
    with TestClient(create_app(make_settings(tmp_path))) as anyone:
        texts = [anyone.get(f"/scorecard/{CITY}{end}").text for end in (*FORMATS, "/registers/comments.csv")]
    assert not [content for content in texts if "-q7" in content]
    assert sum("It was late" in content for content in texts) == 3  # page, document and table
    assert not [each for each, secret in product(texts, (waiting.slug, "2026-05")) if secret in each]
