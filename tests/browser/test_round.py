"""A survey round from an empty database to its report, data set and scorecard, in the console alone.

The command line is used twice: `migrate` and one `staff add`. From the link of the invitation on, an operator follows
the words of the pages in a real browser; residents answer over HTTP meanwhile.
"""

from __future__ import annotations

import csv
import io
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pyotp
import pytest

from tests.browser.clerk import Clerk
from tests.browser.conftest import Open
from tests.drills import IN_FULL
from tests.faults.processes import ROOT, free_port, wait_until_serving
from tests.web.reading import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDE = {"width": 1200, "height": 900}
MOST_CLICKS, MOST_MINUTES = 60, 25
PASSWORD, PASSPHRASE = "four walrus lamps under snow", "six quiet herons on the ice"
ADDRESSES = {"North": 4000, "South": 6000}
AT_THE_LIBRARY = 20  # answers

SURVEY = """
id: river-city-own
catalog: community-trust
version: "1.0"
title: Questions about public services
defaults: {dont_know: true, prefer_not: true}
scales:
  agree: {options: {1: Strongly disagree, 2: Disagree, 3: Neither agree nor disagree, 4: Agree, 5: Strongly agree}}
sections:
  - id: agency
    title: About {agency}
    items:
      - {code: B3, text: "They decide by the facts, not by who the person is.", scale: agree}
      - {code: B4, text: They explain their decisions to the people they deal with., scale: agree}
      - {code: B14, text: "People at {agency} understand the community I belong to.", scale: agree}
  - id: background
    title: About you
    items:
      - code: AGE
        text: How old are you?
        kind: single
        dont_know: false
        key_variable: age
        options: {1: 18 to 29, 2: 30 to 44, 3: 45 to 64, 4: 65 or older}
      - code: GENDER
        text: What is your gender?
        kind: single
        dont_know: false
        key_variable: gender
        options: {1: Woman, 2: Man, 3: I describe it another way}
indices:
  - id: CTI
    title: Community Trust Index
    rated: agency
    minimum_facets: 2
    facets:
      - {id: fair_treatment, title: Fair treatment, items: [B3, B4], minimum_answered: 2}
      - {id: legitimacy, title: Legitimacy, items: [B14], minimum_answered: 1}
"""
OWN_WORDING = "How safe do you feel when you walk alone in your neighborhood at night?"
OWN_QUESTION = "How much do you trust the people who repair the streets of River City?"
TRANSLATIONS = (
    *("¿Cuánto confía en quienes reparan las calles?", "¿Qué tan seguro se siente cuando camina solo de noche?"),
    *("Quý vị tin tưởng những người sửa đường đến mức nào?", "Quý vị thấy an toàn thế nào khi đi bộ một mình?"),
)
POPULATION = """variable,level,count,source,year
age,1,9200,City statistics office,2025
age,2,11400,City statistics office,2025
age,3,12800,City statistics office,2025
age,4,7600,City statistics office,2025
gender,1,21100,City statistics office,2025
gender,2,19400,City statistics office,2025
gender,3,500,City statistics office,2025
"""
LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><circle cx="24" cy="24" r="22" fill="#0b5d55"/></svg>'
)


@dataclass(frozen=True)
class Machine:
    """A machine with an empty folder: its commands and its server."""

    environ: dict[str, str]
    root: str

    def runs(self, *words: str) -> str:
        command = [sys.executable, "-c", "from app.cli import main; main()", *words]
        done = subprocess.run(command, env=self.environ, cwd=ROOT, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    port = free_port()
    root = f"http://127.0.0.1:{port}"
    folders = {"DATA_DIR": str(tmp_path / "data"), "KEY_DIR": str(tmp_path / "keys"), "BASE_URL": root}
    own = {f"COMMONTRUST_{name}": value for name, value in folders.items()}
    machine = Machine({**os.environ, "PYTHONPATH": str(ROOT), "COMMONTRUST_DATABASE_URL": "", **own}, root)
    machine.runs("migrate")
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=machine.environ, cwd=ROOT) as server:
        try:
            wait_until_serving(port, 300)
            yield machine
        finally:
            server.terminate()


# --- residents


def answer(client: httpx.Client, address: str, lang: str, code: str, chance: random.Random) -> None:
    """A resident opens the page of a letter, answers each question and sends; no script runs."""
    page = Page(client.get(address, params={"lang": lang}, follow_redirects=True).text)
    send(client, address, page, {"_code": [code]}, chance)


def help_to_answer(client: httpx.Client, desk: str, chance: random.Random) -> None:
    """Staff of a help point enter a paper form."""
    begun = {"_desk": desk, "_do": "begin", "_mode": "paper", "_lang": "es"}
    page = Page(client.post("/desk/fall-2026", data=begun).text)
    send(client, "/desk/fall-2026", page, {}, chance)


def send(client: httpx.Client, address: str, page: Page, typed: dict[str, list[str]], chance: random.Random) -> None:
    fields = page.fields()
    names = {each.attributes["name"] for each in page.all("input", type="radio")}
    for name in sorted(name for name in names if not name.startswith("_")):
        values = [each.attributes["value"] for each in page.all("input", type="radio", name=name)]
        fields[name] = [chance.choice([value for value in values if not value.startswith("-")])]
    sent = client.post(urlsplit(address).path, data=fields | typed | {"_do": ["send"]}, follow_redirects=True)
    thanked = Page(sent.text)
    assert thanked.one("body").attributes["data-screen"] == "thanks", thanked.one("main").text


def read_codes(path: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as bundle:
        names = [name for name in bundle.namelist() if name.endswith(".csv")]
        return [row for name in names for row in csv.DictReader(io.StringIO(bundle.read(name).decode()))]


def send_answers(root: str, letters: list[dict[str, str]], desk: str, chance: random.Random) -> None:
    with httpx.Client(base_url=root, timeout=60) as client:
        for number, letter in enumerate(letters):
            path, _, code = letter["link"].removeprefix(root).partition("#")
            answer(client, path, ("en", "es", "vi")[number % 3], code, chance)
        for _ in range(AT_THE_LIBRARY):
            help_to_answer(client, desk, chance)


# --- the operator


def join(clerk: Clerk) -> None:
    """One password and one code lead into the console."""
    clerk.types("Password", PASSWORD)
    clerk.types("The same password again", PASSWORD)
    key = clerk.page.locator(".secret").inner_text().replace(" ", "").strip()
    clerk.types("The six digits that the app shows now", pyotp.TOTP(key).now())
    clerk.presses("Join")
    clerk.presses("I saved them: go to the console")
    clerk.reads("Good to see you, olga")


def describe(clerk: Clerk) -> None:
    clerk.presses("Add your community")
    for label, name in (("English", "River City"), ("Español", "Ciudad del Río"), ("Tiếng Việt", "Thành phố Sông")):
        clerk.types(label, name)
    clerk.types("Web address name", "river-city")
    clerk.brings("Logo", "logo.svg", LOGO)
    clerk.presses("Save")
    clerk.presses("Add an agency")
    for label, name in (("English", "the police"), ("Español", "la policía"), ("Tiếng Việt", "cảnh sát")):
        clerk.types(label, name)
    clerk.types("Web address name", "police")
    clerk.presses("Save")


def bring_questions(clerk: Clerk) -> None:
    clerk.presses("Own surveys")
    clerk.brings("An XLSForm workbook, or a survey file", "own.yaml", SURVEY.encode())
    clerk.presses("Check file")
    clerk.presses("Store the survey")


def bring_population(clerk: Clerk) -> None:
    clerk.presses("Go on: Population")
    clerk.brings("A CSV file in UTF-8, or an .xlsx workbook", "population.csv", POPULATION.encode())
    clerk.presses("Check file")
    clerk.reads("age: 4 levels", "gender: 3 levels")
    clerk.presses("Store 7 rows")


def plan(clerk: Clerk) -> None:
    clerk.presses("Plan a survey round")
    clerk.types("Web address name", "fall-2026")
    if not IN_FULL:
        clerk.chooses("Survey", "river-city-own")
    clerk.ticks("Español", "Tiếng Việt", "Use translations that two people have not checked yet")
    clerk.types("Asked by", "City of River City")
    clerk.types("Contact", "555-0100")
    clerk.types("Last day to answer", "2026-12-31")
    clerk.types("Day of the results", "2027-02-15")
    clerk.types("Minutes", "2")
    clerk.presses("Save as a draft")


def edit_questions(clerk: Clerk) -> None:
    """Reword a question of the survey and write one of her own."""
    clerk.presses("Look: Questions")
    clerk.presses("Edit E1")
    clerk.types("Question as residents read it", OWN_WORDING)
    clerk.presses("Save")
    clerk.presses("Add a question")
    clerk.presses("One step on a scale")
    clerk.types("Question as residents read it", OWN_QUESTION)
    clerk.presses("Add")
    clerk.reads(OWN_WORDING, OWN_QUESTION)


def translate(clerk: Clerk) -> None:
    """Translate what is new, one language after the other; all other sentences keep their translations."""
    clerk.presses("Languages")
    clerk.reads("4 sentences have no translation yet")
    clerk.presses("Translate the first one")
    for each in TRANSLATIONS:
        clerk.types("Your translation", each)
        clerk.presses("Save, next")
    assert "to translate" not in clerk.text


def name_holder(clerk: Clerk) -> None:
    clerk.presses("Go on: Second holder")
    clerk.types("Name of the second holder", "Library Friends")
    clerk.types("Passphrase", PASSPHRASE)
    clerk.types("The same passphrase again", PASSPHRASE)
    clerk.presses("Make the keys")
    clerk.presses("Go on")


def sample(clerk: Clerk) -> None:
    clerk.presses("Go on: Sample")
    clerk.types("The list of addresses", "Post office, November 2026")
    clerk.types("Parts of the city", "\n".join(f"{name}, {addresses}, 80" for name, addresses in ADDRESSES.items()))
    clerk.types("Trust in each agency, whole city", "4.6")
    clerk.presses("Work it out")
    clerk.presses("Keep this plan")


def write_letters(clerk: Clerk, folder: Path) -> list[dict[str, str]]:
    """Return the rows of the lists of codes, as the print shop gets them."""
    clerk.presses("Go on: Letters")
    clerk.types("Signed by", "Maria Lindqvist, Mayor")
    clerk.presses("Keep, and make the letters with codes")
    rows = read_codes(clerk.downloads("Make and download", folder))
    assert {row["stratum"] for row in rows} == set(ADDRESSES)
    return rows


def open_round(clerk: Clerk) -> str:
    """Add a help point and open the round, and return the code of the help point."""
    clerk.presses("Overview")
    clerk.presses("Add: Help points")
    clerk.types("Name of a new help point", "Main Library")
    clerk.presses("Open the help point")
    code = clerk.page.locator(".secret").first.inner_text().strip()
    clerk.presses("Overview")
    clerk.presses("Open…: Open")
    clerk.reads("By age, gender, as your population table has them.")
    if IN_FULL:  # the survey asks more than the table has
        clerk.ticks("I know what the report will not be weighted by")
    clerk.presses("Open the survey round")
    return code


def close_round(clerk: Clerk) -> None:
    clerk.presses("Overview")
    clerk.reads("North: at least", "South: at least", "Help points: Main Library")
    clerk.presses("Close…: Close and unlock")
    clerk.presses("Close the survey round")
    clerk.types("Passphrase of the second holder", PASSPHRASE)
    clerk.presses("Unlock the answers")
    clerk.reads("no answer is sealed")


def publish(clerk: Clerk) -> None:
    clerk.presses("See the report: Publish")
    clerk.presses("Summary (English)")
    assert "Preview: not published." in clerk.page.content()
    clerk.page.go_back(wait_until="commit")  # a page of the back/forward cache fires no load event
    clerk.page.wait_for_selector("label:has-text('Type: publish fall-2026')")
    clerk.clicks += 1
    clerk.types("Type: publish fall-2026", "publish fall-2026")
    clerk.presses("Publish")
    wait_for_job(clerk, "The report of fall-2026 is published")


def publish_data(clerk: Clerk) -> None:
    clerk.presses("Publish data…")
    clerk.reads("There are at least 50 answers")
    clerk.presses("Publish the data")
    wait_for_job(clerk, "The data set of fall-2026 is published")
    clerk.presses("Scorecard…")
    clerk.presses("Publish")
    clerk.reads("Read the published scorecard")


def wait_for_job(clerk: Clerk, title: str) -> None:
    """The page of a job reloads by itself."""
    clerk.page.wait_for_selector("h1:has-text('published')", timeout=400_000)
    clerk.reads(title)


def test_round_from_nothing_to_publication_by_pages_alone(machine: Machine, open_window: Open, tmp_path: Path) -> None:
    link = machine.runs("staff", "add", "olga").split()[0]
    visit = open_window(link, script=False, viewport=WIDE, accept_downloads=True)
    visit.page.set_default_timeout(120_000)  # a preview of the whole survey takes as long as a report
    clerk, chance = Clerk(visit.page), random.Random(18)
    join(clerk)
    describe(clerk)
    if not IN_FULL:  # the long walk edits the questions of the service's own survey
        bring_questions(clerk)
    plan(clerk)
    if IN_FULL:
        edit_questions(clerk)
        translate(clerk)
    name_holder(clerk)
    bring_population(clerk)
    sample(clerk)
    letters = write_letters(clerk, tmp_path)
    desk = open_round(clerk)
    send_answers(machine.root, chance.sample(letters, round(0.8 * len(letters))), desk, chance)
    close_round(clerk)
    publish(clerk)
    if IN_FULL:  # a data set takes as long as all steps before
        publish_data(clerk)
    check_published(machine.root)
    print(*(f"{number}. {title}" for number, title in enumerate(clerk.seen, 1)), sep="\n")
    print(f"clicks {clerk.clicks}, keystrokes {clerk.keys}, minutes {clerk.minutes:.1f}")
    assert clerk.clicks <= MOST_CLICKS
    assert clerk.minutes <= MOST_MINUTES


def check_published(root: str) -> None:
    """Anyone reads the report in three languages, the data set and the scorecard."""
    with httpx.Client(base_url=root, timeout=60, follow_redirects=True) as client:
        for lang in ("en", "es", "vi"):
            assert client.get("/reports/river-city/fall-2026", params={"lang": lang}).status_code == 200
        if IN_FULL:
            assert "fall-2026" in client.get("/data").text
            assert client.get("/scorecard/river-city").status_code == 200
