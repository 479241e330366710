"""Every page of the console, from its table of routes: no sideways scrolling, a title and help of its own, 40 kB."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from app.services.accounts.members import WantedMember, add_member
from app.services.common.actor import Actor
from app.services.registers.register_table import REGISTERS
from app.services.translations.workbench import open_workbench
from app.web.admin.page_help import ABOUT
from app.web.admin.routes import PAGES
from tests.browser.conftest import Open, Visit
from tests.browser.test_looks import overflow
from tests.browser.test_staff import Console, signed_in
from tests.browser.test_staff import console as console
from tests.drills import IN_FULL, choose
from tests.walk.axe import find_violations

pytestmark = pytest.mark.browser
WIDTHS = (320, 360)
HEAVIEST = 40 * 1024
FILES = re.compile(r"\.(csv|xlsx|yaml|xlf|pdf)$|\{format\}")
# Pages of residents and readers, shown inside the console with styles of their own.
SEEN_AS_OTHERS = ("preview", "page", "{page}", "draft", "{sheet}")
# Addresses that need what this office does not have: a request of a researcher, a release, a job.
ABSENT = ("/staff/requests/{request}", "/staff/releases/{release}/withdraw", "/staff/jobs/{job}")
OTHERS = {"/staff/requests": "rosa"}  # pages of another role than the operator's
BY_STATUS = {"close": "river-city-2026", "fieldwork": "over-2026", "report": "over-2026", "data": "over-2026",
             "preview": "over-2026", "open": "spring-2026", "sample": "spring-2026", "letters": "spring-2026",
             "codes": "spring-2026", "withdraw": "spring-2026", "box": "over-2026",
             "desks": "river-city-2026"}  # fmt: skip
PATHS = sorted(
    {
        row.path
        for row in PAGES
        if row.method == "GET" and not FILES.search(row.path) and row.path not in ABSENT
        and (row.path.rpartition("/")[2] not in SEEN_AS_OTHERS or row.path.endswith("report/preview"))
    }
)  # fmt: skip
SAMPLE = [*PATHS[::7], "/staff/registers", "/staff/communities/{community}/registers/{register}"]


def fill(console: Console, path: str) -> list[str]:
    """Return the addresses of a row, with all registers."""
    office, end = console.office, path.rpartition("/")[2]
    wave = BY_STATUS.get(end, "spring") if "{wave}" in path else ""
    if "/questions" in path or "/languages" in path:
        wave = "spring"
    values = {"community": "river-city", "agency": "police", "wave": wave, "language": "ar", "name": "bob",
              "part": "help", "code": "D4"}  # fmt: skip
    values["sentence"] = open_workbench(office.engine, "spring", "ar").sentences[40].key if "{sentence}" in path else ""
    if "{token}" in path:
        values["token"] = add_member(
            office.engine, office.settings, WantedMember("greta", "reviewer"), Actor("olga", datetime.now(UTC))
        )
    registers = [each.name for each in REGISTERS.values() if not each.by_readers] if "{register}" in path else [""]
    return [path.format(**values, register=register) for register in registers]


def look(visit: Visit, console: Console, path: str) -> tuple[list[str], str]:
    """Return the faults of a page at each width, and its title."""
    page, faults = visit.page, []
    answer = page.goto(console.root + path)
    assert answer is not None
    if answer.status != 200:
        return [f"{path}: status {answer.status}"], ""
    if len(gzip.compress(answer.body())) > HEAVIEST:
        faults.append(f"{path}: {len(gzip.compress(answer.body()))} bytes")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        if (more := overflow(page)) > 0:
            faults.append(f"{path}: {more} pixels too wide at {width}")
    if "About this page" not in page.content():
        faults.append(f"{path}: no help")
    return faults, page.title()


@pytest.mark.slow
def test_each_page_fits_a_phone_and_has_a_title_of_its_own(
    console: Console,
    open_window: Open,
) -> None:
    visit = signed_in(console, open_window, viewport={"width": 360, "height": 740})
    faults, titles = [], {}
    for path in choose(SAMPLE, PATHS):
        for address in fill(console, path):
            visit.context.clear_cookies()
            visit.context.add_cookies(console.cookie(OTHERS.get(path, "olga")))
            found, title = look(visit, console, address)
            faults += found + [f"{address}: {fault}" for fault in find_violations(visit.page)]
            here = urlsplit(visit.page.url).path
            if titles.setdefault(title, here) != here:
                faults.append(f"{address} has the title of {titles[title]}: {title}")
    print(f"{len(titles)} pages" + (" in full" if IN_FULL else ""))
    assert faults == [], "\n".join(faults)


def test_each_template_of_a_page_has_help() -> None:
    assert all(30 < len(text) < 300 and text.endswith((".", "”")) for text in ABOUT.values())


def test_reload_of_a_refused_form_leads_to_its_page(console: Console, open_window: Open) -> None:
    """An address that only takes forms is never a dead end."""
    visit = signed_in(console, open_window)
    for path, above in (
        ("/staff/waves/over-2026/report/publish", "/staff/waves/over-2026/report"),
        ("/staff/communities/river-city/population/load", "/staff/communities/river-city/population"),
        ("/staff/waves/spring-2026/codes/sample", "/staff/waves/spring-2026/codes"),
        ("/staff/waves/over-2026/report/preview", "/staff/waves/over-2026/report/preview"),
    ):
        answer = visit.page.goto(console.root + path)
        assert answer is not None
        assert answer.status == 200, path
        assert visit.page.url == console.root + above
