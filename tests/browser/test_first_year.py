"""A coordinator begins as the guide says: the map, the seats, five meetings, a promise, one survey, the draft.

She follows the words of the pages alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.browser.clerk import Clerk
from tests.browser.conftest import Open, serving
from tests.web.admin.people import Office, open_office

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDE = {"width": 1200, "height": 900}
GROUPS = (("Survivors", "survivors", "14"), ("Residents", "community", "18"), ("Services", "agencies", "20"))


@dataclass
class Start:
    office: Office
    root: str


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    folder = tmp_path_factory.mktemp("start")
    with (
        open_office(folder, base_url="http://127.0.0.1", wave=False) as office,
        serving(office) as port,  # type: ignore[arg-type]
    ):
        yield Start(office, f"http://127.0.0.1:{port}")


def sit_down(start: Start, open_window: Open, name: str) -> Clerk:
    visit = open_window("about:blank", viewport=WIDE)
    token = next(iter(start.office.people[name].client.cookies.values()))
    visit.context.add_cookies([{"name": "staff", "value": token, "url": start.root}])
    visit.page.goto(f"{start.root}/staff")
    return Clerk(visit.page)


def test_first_year_is_entered_by_the_words_of_the_pages(start: Start, open_window: Open) -> None:
    clerk = sit_down(start, open_window, "olga")
    found_city(clerk)
    enter_map_and_seats(clerk)
    hold_five_meetings(clerk)
    promise(clerk)
    plan_survey(clerk)
    publish(clerk)


def found_city(clerk: Clerk) -> None:
    clerk.presses("Add your community")
    clerk.types("English", "River City")
    clerk.types("Web address name", "river-city")
    clerk.presses("Save")
    clerk.presses("Registers")
    clerk.reads("Begin at the top: community organizations")
    clerk.presses("Groups and seats")
    clerk.reads("This community has no agency yet.")
    clerk.presses("Add one first")
    clerk.types("English", "the safety partnership")
    clerk.types("Web address name", "partnership")
    clerk.presses("Save")


def enter_map_and_seats(clerk: Clerk) -> None:
    clerk.presses("Registers")
    clerk.presses("Community organizations")
    for name in ("Tenants", "Safe Nights"):
        clerk.types("Name", name)
        clerk.types("On the map since", "2025-01-01")
        clerk.presses("Save")
        clerk.reads("Saved.", name)
    clerk.presses("Registers")
    clerk.presses("Groups and seats")
    for name, kind, seats in GROUPS:
        clerk.types("Name of the group", name)
        clerk.chooses("Kind", kind)
        clerk.types("Seats", seats)
        clerk.types("Has seats since", "2025-01-01")
        clerk.presses("Save")
        clerk.reads("Saved.")
    clerk.types("Name of the group", "People without a home")
    clerk.chooses("Kind", "community")
    clerk.types("Seats", "0")
    clerk.types("Has seats since", "2025-01-01")
    clerk.presses("Save")
    clerk.reads("because “Seats” is 0")
    clerk.types("If seats are empty", "Two shelters were asked")
    clerk.presses("Save")
    clerk.reads("Saved.")


def hold_five_meetings(clerk: Clerk) -> None:
    clerk.presses("Registers")
    clerk.presses("Meetings")
    for number in range(1, 6):
        clerk.types("Day", f"2025-0{number}-10")
        clerk.types("Title", f"Meeting {number}")
        for (name, _, _), taken in zip(GROUPS, ("8", "12", "15"), strict=True):
            clerk.types(name, taken)
        clerk.ticks("Tenants")
        clerk.types("Decisions", "Longer hours")
        clerk.presses("Save")
        clerk.reads("Saved.", f"Meeting {number}")


def promise(clerk: Clerk) -> None:
    clerk.presses("Registers")
    clerk.presses("Commitments")
    clerk.types("The promise", "An interpreter at each desk")
    clerk.types("After which finding or meeting", "Meeting 2")
    clerk.types("Promised on", "2025-02-10")
    clerk.types("To be done by", "2025-09-30")
    clerk.chooses("State", "not kept")
    clerk.presses("Save")
    clerk.reads("because “State” is not kept")
    clerk.types("Not kept, because", "Two desks had no contract")
    clerk.presses("Save")
    clerk.reads("Saved.")


def plan_survey(clerk: Clerk) -> None:
    clerk.presses("Registers")
    clerk.presses("plan one survey")
    clerk.types("Web address name", "members")
    clerk.chooses("Survey", "partners")
    clerk.ticks("the safety partnership")
    clerk.ticks("Required")
    clerk.types("Contact", "555-0100")
    clerk.presses("Save as a draft")
    clerk.reads("The survey round is saved as a draft.")


def publish(clerk: Clerk) -> None:
    clerk.presses("Registers")
    clerk.presses("Scorecard and its draft")
    clerk.presses("Read the draft")
    clerk.reads("This scorecard is not published yet.", "Seats taken at partnership meetings", "People without a home")
    clerk.page.go_back()
    clerk.presses("Publish")
    clerk.reads("The scorecard is published.")
