"""A flooding network in a real browser: a script does the work alone; without script the person presses send again."""

import pytest
from sqlmodel import Session, select

from app.records.ballots import Envelope
from app.services.ballots.envelopes import Ballot
from app.services.intake.flood_control import FloodControl
from tests.browser.conftest import City, Open, Visit
from tests.services.making import open_envelope

pytestmark = pytest.mark.browser
THANKS = 'body[data-screen="thanks"]'


@pytest.fixture(autouse=True)
def busy(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of this machine's answers come from one network, which has had its free ones."""
    monkeypatch.setattr("app.web.resident.survey_pages.find_address", lambda request: "9.9.9.9")
    flood_control = FloodControl(city.service.settings.secret)
    flood_control._free = 0
    monkeypatch.setattr(city.service.app.state.ballots, "_flood_control", flood_control)


def fill_in(visit: Visit) -> None:
    if visit.is_scripted:
        visit.goes_to("s-trust")
    visit.tick("A1-7", "A3-2")


def newest(city: City, before: set[bytes]) -> Ballot:
    """The one envelope that was not there before, opened with the key of its box."""
    with Session(city.service.engine) as session:
        (found,) = [each for each in session.exec(select(Envelope)) if each.key not in before]
    ballot = open_envelope(city.service.engine, city.service.settings, found)
    assert ballot is not None
    return ballot


def keys(city: City) -> set[bytes]:
    with Session(city.service.engine) as session:
        return {each.key for each in session.exec(select(Envelope))}


def test_script_completes_the_work_without_extra_flags(city: City, open_window: Open) -> None:
    before, statuses = keys(city), []
    visit = open_window(city.address())
    visit.page.on("response", lambda reply: statuses.append(reply.status) if reply.request.method == "POST" else None)
    fill_in(visit)
    visit.sends()
    visit.page.wait_for_selector(THANKS)
    assert statuses == [429, 200]
    assert set(newest(city, before).flags) <= {"hasty", "quick"}  # a test ticks faster than people do


def test_page_without_script_sends_once_and_gets_a_flag(city: City, open_window: Open) -> None:
    before = keys(city)
    visit = open_window(city.address(), script=False)
    fill_in(visit)
    visit.sends()
    visit.page.wait_for_selector(THANKS)
    assert newest(city, before).flags == ("unproved",)


def test_phone_without_key_derivation_is_let_through(city: City, open_window: Open) -> None:
    before = keys(city)
    visit = open_window(city.address())
    visit.page.evaluate("() => { crypto.subtle.deriveBits = () => Promise.reject(); }")
    fill_in(visit)
    visit.sends()
    visit.page.wait_for_selector(THANKS)
    assert "unproved" in newest(city, before).flags


def test_trap_field_is_hidden_from_keyboard_and_sight(city: City, open_window: Open) -> None:
    visit = open_window(city.address(), script=False)
    assert not visit.page.locator("[name=_email]").is_visible()
    reached = visit.page.evaluate(
        "[...document.querySelectorAll('input, button, a')].filter((e) => e.tabIndex >= 0 && e.checkVisibility())"
        ".map((e) => e.name)"
    )
    assert len(reached) > 50
    assert "_email" not in reached
