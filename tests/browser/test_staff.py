"""The console in a real browser: axe finds no fault, no page scrolls sideways, the keyboard alone is enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from app.services.registers.entries import store_entries
from app.services.scorecards.upload_rows import to_rows
from app.services.translations.workbench import open_workbench
from app.services.waves import lifecycle
from tests.browser.conftest import Open, Visit, serving
from tests.browser.test_looks import NARROW, overflow
from tests.drills import choose
from tests.services.making import ACT, PLAN
from tests.services.registers.year import YEAR
from tests.services.reported import SHORT, make_closed_wave
from tests.walk.axe import find_violations
from tests.web.admin.people import PASSWORD, Office, open_office

pytestmark = pytest.mark.browser
WIDE = {"width": 1200, "height": 900}
LOOKS: list[dict[str, Any]] = [
    {"viewport": WIDE},
    {"viewport": WIDE, "color_scheme": "dark"},
    {"viewport": WIDE, "forced_colors": "active"},
    {"viewport": NARROW},
]
PAGES = (
    "/staff/communities/river-city/registers", "/staff/communities/river-city/registers/meetings",
    "/staff/communities/river-city/registers/replies", "/staff/communities/river-city/comments",
    "/staff/communities/river-city/scorecard/draft",
    "/staff/releases", "/staff/communities/river-city/scorecard", "/staff/communities/river-city/targets",
    "/staff/waves/over-2026/data", "/staff/waves/river-city-2026/desks",
    "/staff", "/staff/account", "/staff/communities", "/staff/communities/river-city",
    "/staff/communities/river-city/names", "/staff/communities/river-city/population", "/staff/waves",
    "/staff/waves/new", "/staff/waves/new/file", "/staff/waves/river-city-2026", "/staff/waves/river-city-2026/codes",
    "/staff/waves/river-city-2026/close", "/staff/waves/over-2026/fieldwork", "/staff/waves/over-2026/report",
    "/staff/waves/spring/questions", "/staff/waves/spring/questions/D4/edit?lang=ar",
    "/staff/waves/spring/questions/new", "/staff/waves/spring/questions/new?kind=multiple",
    "/staff/waves/spring/questions/bank?from=partners", "/staff/waves/spring/questions/versions",
    "/staff/waves/spring/questions/parts/help", "/staff/waves/spring/languages",
    "/staff/waves/spring/languages/ar?show=all", "/staff/waves/spring/languages/ar/sentences/{sentence}",
    "/staff/translations", "/staff/translations/ar", "/staff/keys", "/staff/keys/new", "/staff/people",
    "/staff/people/new", "/staff/people/bob/remove", "/staff/audit", "/staff/nowhere/at/all",
    "/staff/holders", "/staff/waves/spring-2026", "/staff/waves/spring-2026/sample",
    "/staff/waves/spring-2026/letters", "/staff/waves/spring-2026/codes", "/staff/waves/spring-2026/open",
    "/staff/waves/spring-2026/plan",
)  # fmt: skip


DRAFT = replace(
    PLAN,
    slug="spring",
    survey="community-trust-1-1",
    languages=("en", "ar"),
    drafts=("ar",),
    areas={1: "North"},
    support={"en": "Call 211.", "ar": "اتصل بالرقم 211."},
)


@dataclass
class Console:
    """An office on a real port."""

    office: Office
    root: str

    def address(self, path: str) -> str:
        first = open_workbench(self.office.engine, "spring", "ar").sentences[40].key
        return self.root + path.replace("{sentence}", first)

    def cookie(self, name: str) -> list[Any]:
        token = next(iter(self.office.people[name].client.cookies.values()))
        return [{"name": "staff", "value": token, "url": self.root}]


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with open_office(tmp_path_factory.mktemp("console"), base_url="http://127.0.0.1") as office:
        make_closed_wave(office.engine, office.settings, slug="over-2026")
        lifecycle.create_wave(office.engine, DRAFT, ACT)
        lifecycle.create_wave(office.engine, replace(PLAN, slug="spring-2026", survey=SHORT), ACT)
        office.makes_key()
        for name in ("organizations", "groups", "meetings"):
            rows = [{"agency": "police", "lang": "en", **row} for row in YEAR[name]]
            store_entries(office.engine, "river-city", name, to_rows(rows), ACT, "t")
        with serving(office) as port:  # type: ignore[arg-type]
            yield Console(office, f"http://127.0.0.1:{port}")


def signed_in(console: Console, open_window: Open, name: str = "olga", **look: Any) -> Visit:
    visit = open_window("about:blank", script=look.pop("script", True), **look)
    visit.context.add_cookies(console.cookie(name))
    return visit


SMALL = """selectors => [...document.querySelectorAll(selectors)].filter(each => each.checkVisibility())
    .map(each => [each.textContent.trim(), each.getBoundingClientRect()]).filter(([, box]) => box.height < 43.5)
    .map(([text, box]) => [text, box.width, box.height])"""
TARGETS = "button, .button, .places a, summary, select, .field > input, textarea, .tick label, a.row, .who a"


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(len(LOOKS)), ids=["light", "dark", "forced", "phone"])
def test_each_page_passes_axe_and_fits_in_a_look(console: Console, open_window: Open, turn: int) -> None:
    """Each page is seen in one look, in drills in all: large targets, no third party and no error among it."""
    visit = signed_in(console, open_window, **LOOKS[turn])
    faults = []
    for path in choose(PAGES[turn :: len(LOOKS)], PAGES):
        visit.page.goto(console.address(path))
        faults += [f"{path}: {fault}" for fault in find_violations(visit.page)]
        assert overflow(visit.page) <= 0, path
        assert visit.page.evaluate(SMALL, TARGETS) == [], path
    assert faults == []
    assert all(request.url.startswith(console.root) for request in visit.requests if request.url != "about:blank")
    assert [said for said in visit.complaints if "404" not in said] == []


def test_axe_finds_nothing_on_errors_previews_and_secrets(console: Console, open_window: Open) -> None:
    visit = signed_in(console, open_window, viewport=NARROW)
    page, faults = visit.page, []

    def look() -> None:
        faults.extend(find_violations(page))
        assert overflow(page) <= 0, page.title()

    page.goto(f"{console.root}/staff/waves/new")
    page.click("text=Save as a draft")
    look()
    page.goto(f"{console.root}/staff/communities/river-city/population")
    table = "variable,level,count,share,moe90,source,year\nage,1,{},,,A census of a city,2025\n"
    for count in ("400", "many"):
        page.goto(f"{console.root}/staff/communities/river-city/population")
        content = {"name": "table.csv", "mimeType": "text/csv", "buffer": table.format(count).encode()}
        page.set_input_files("#table", content)  # type: ignore[arg-type]
        page.click("text=Check file")
        look()
    page.goto(f"{console.root}/staff/people/new")
    page.fill("#name", "greta")
    page.click("text=Create the link")
    look()
    page.goto(page.locator(".secret").inner_text().replace("http://127.0.0.1", console.root))
    look()
    page.click("text=Join")
    look()
    page.goto(f"{console.root}/staff/waves/over-2026/report")
    page.click("text=Preview the report")
    look()
    page.click("button:has-text('Publish')")
    look()
    page.goto(f"{console.root}/staff/waves/spring-2026/sample")
    page.fill("#parts", "North, 9800, 30\nSouth, 6000, 25")
    for margin in ("2.5", "wide"):
        page.fill("#city", margin)
        page.click("text=Work it out")
        look()
    assert faults == []


def test_sign_in_works_by_keyboard_and_without_script(console: Console, open_window: Open) -> None:
    rosa = console.office.rosa
    visit = open_window(f"{console.root}/staff", script=False, viewport=WIDE)
    page = visit.page
    assert page.title().startswith("Sign in")
    page.focus("#name")
    for typed in ("rosa", PASSWORD, rosa.code()):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Good to see you, rosa")
    (cookie,) = visit.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the content"
    page.click("text=Sign out")
    page.wait_for_selector("text=You are signed out.")
    assert visit.context.cookies() == []


def test_after_signing_out_the_way_back_shows_nothing(console: Console, open_window: Open) -> None:
    tariq = console.office.tariq
    visit = open_window(f"{console.root}/staff", viewport=WIDE)
    page = visit.page
    for field, typed in (("#name", "tariq"), ("#password", PASSWORD), ("#code", tariq.code())):
        page.fill(field, typed)
    page.click("main button")
    page.wait_for_selector("text=Good to see you, tariq")
    page.click("text=Sign out")
    page.wait_for_selector("text=You are signed out.")
    page.go_back(wait_until="commit")
    page.wait_for_selector("#password")
    assert "Good to see you" not in page.content()


def test_the_menu_of_a_phone_opens_without_script(console: Console, open_window: Open) -> None:
    visit = signed_in(console, open_window, script=False, viewport=NARROW)
    visit.page.goto(f"{console.root}/staff")
    assert not visit.page.locator(".menu a").first.is_visible()
    visit.page.click(".menu summary")
    visit.page.click(".menu a:has-text('Audit log')")
    assert visit.page.title().startswith("Audit log")


def test_conditions_work_on_the_phone_beside_the_questions(console: Console, open_window: Open) -> None:
    """Without script, by keyboard, in a frame that sends nothing."""
    visit = signed_in(console, open_window, script=False, viewport=WIDE)
    visit.page.goto(console.address("/staff/waves/spring/questions/D4/edit?lang=ar"))
    frame = visit.page.frame_locator("iframe")
    assert not frame.locator("#q-D4").is_visible()
    frame.locator("label[for=D1-1]").click()
    frame.locator("#D3-1").focus()
    visit.page.keyboard.press("Space")
    assert frame.locator("#q-D4").is_visible()
    assert not frame.locator("#send").is_visible()
    assert round(visit.page.locator("iframe").bounding_box()["width"]) == 376  # type: ignore[index]
    assert visit.complaints == []


def test_a_question_is_edited_by_keyboard_and_without_script(console: Console, open_window: Open) -> None:
    visit = signed_in(console, open_window, script=False, viewport=NARROW)
    page = visit.page
    page.goto(console.address("/staff/waves/spring/questions/C6/edit"))
    page.focus("#note")
    page.keyboard.type("Think of the last year.")
    page.focus("text=Save")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=The questions are saved as a new version.")
    page.focus("button[value='off:C6']")
    page.keyboard.press("Enter")
    page.wait_for_selector("button[value='on:C6']")
