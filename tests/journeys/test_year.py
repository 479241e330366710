"""A year of a made-up city goes through the forms of the console; every number of its scorecard is counted again."""

from __future__ import annotations

import ast
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import html
from starlette.testclient import TestClient

from app.services.scorecards.definitions import load_definitions
from app.web.scorecards.register_words import TITLES
from tests.journeys.year import city
from tests.journeys.year import recount as recounting
from tests.journeys.year.console import (
    PLACE,
    answer_as_residents,
    answer_by_link,
    close,
    enter,
    found_city,
    load_table,
    make_links,
    open_wave,
    plan,
    to_text,
)
from tests.journeys.year.recount import read, recount
from tests.web.admin.people import Office, open_office
from tests.web.scorecards.test_blueprint import ITEMS, WRITTEN

pytestmark = pytest.mark.slow
RECOUNT = Path(recounting.__file__)

LISTED = {"police": 60, "health": 55, "housing": 50}  # people on the list of each staff survey
MEMBERS, RESIDENTS = 24, 150  # RESIDENTS answer each survey


@dataclass(frozen=True)
class Year:
    office: Office
    folder: Path  # of the files that anyone, or a coordinator, can download


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    with open_office(tmp_path_factory.mktemp("year"), wave=False) as office:
        folder = tmp_path_factory.mktemp("exports")
        found_city(office.olga)
        for end, rows in city.tables().items():
            load_table(office.olga, end, rows)
        for register, fields in city.register_forms():
            enter(office.olga, register, fields)
        hold_surveys(office, folder)
        office.olga.visits(f"{PLACE}/scorecard").fills_in(f"{PLACE}/scorecard")
        assert "The scorecard is published" in office.olga.text, office.olga.text
        export(office, folder)
        yield Year(office, folder)


def hold_surveys(office: Office, folder: Path) -> None:
    olga, client = office.olga, office.charlie.client
    for agency, listed in LISTED.items():
        ask_a_list(office, folder, f"staff-{agency}", "staff", agency, listed, city.staff_answers(agency))
    ask_a_list(office, folder, "partners", "partners", city.PARTNERSHIP, MEMBERS, city.partner_answers())
    for number in (1, 2):
        wave = f"{city.CITY}-{number}"
        plan(olga, wave, "community-trust", list(city.AGENCIES), "none")
        open_wave(olga, wave)
        answer_as_residents(client, wave, RESIDENTS, number)
        close(office, wave, report=True)


def ask_a_list(
    office: Office, folder: Path, wave: str, survey: str, agency: str, listed: int, answers: list[city.Fields]
) -> None:
    plan(office.olga, wave, survey, [agency], "required")
    links = make_links(office.olga, wave, listed, listed)
    open_wave(office.olga, wave)
    answer_by_link(office.charlie.client, wave, links[: len(answers)], answers)
    close(office, wave)
    columns = sorted({name for each in answers for name in each})
    rows = [{"agency": agency, **{name: each.get(name, "") for name in columns}} for each in answers]
    (folder / f"answers-{survey}-{agency}.csv").write_text(to_text(rows), "utf-8")


def export(office: Office, folder: Path) -> None:
    """Save what the console and the public pages offer to download, and the tables that were loaded."""
    public, olga = office.charlie.client, office.olga.client
    for end, rows in city.tables().items():
        (folder / f"table-{end}.csv").write_text(to_text(rows), "utf-8")
    for register in dict.fromkeys(name for name, _ in city.register_forms()):
        save(folder / f"entries-{register}.csv", olga, f"{PLACE}/registers/{register}/entries.csv")
        save(folder / f"public-{register}.csv", public, f"/scorecard/{city.CITY}/registers/{register}.csv")
    for number in (1, 2):
        save(folder / f"report-{number}.json", public, f"/reports/{city.CITY}/{city.CITY}-{number}.json")
    for ending in ("csv", "json"):
        save(folder / f"scorecard.{ending}", public, f"/scorecard/{city.CITY}.{ending}?lang=en")
    save(folder / "page.html", public, f"/scorecard/{city.CITY}?lang=en")


def save(path: Path, client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, address
    path.write_bytes(answer.content)


def test_every_number_follows_from_the_entries(year: Year) -> None:
    wrong, rows = recount(year.folder)
    assert wrong == []
    assert rows > 350


@pytest.mark.parametrize("column", ["value", "numerator", "denominator"])
def test_recount_finds_each_changed_number(year: Year, column: str, tmp_path: Path) -> None:
    """Change one number of each figure in turn, by more than rounding, and count again."""
    shutil.copytree(year.folder, tmp_path / "changed")
    path = tmp_path / "changed" / "scorecard.csv"
    rows = read(path)
    figures = {row["figure"]: row for row in rows if row[column] and not row["flags"]}
    missed = []
    for figure, row in figures.items():
        before, row[column] = row[column], f"{float(row[column]) * 1.4 + 31:.6f}"
        path.write_text(to_text(rows), "utf-8")
        missed += [] if recount(path.parent)[0] else [figure]
        row[column] = before
    assert missed == []
    assert len(figures) >= 15


def test_recount_uses_nothing_of_the_product() -> None:
    tree = ast.parse(RECOUNT.read_text("utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {name.partition(".")[0] for name in imported if name} <= sys.stdlib_module_names


def test_year_holds_the_work_of_a_city(year: Year) -> None:
    held = {name: len(read(year.folder / f"entries-{name}.csv")) for name in ("meetings", "commitments", "funds")}
    assert held == {"meetings": 12, "commitments": 9, "funds": 14}
    assert len(read(year.folder / "entries-requests.csv")) == 6
    assert {row["agency"] for row in read(year.folder / "entries-commitments.csv")} == set(city.AGENCIES)


def test_every_item_of_the_blueprint_is_answered(year: Year) -> None:
    """The console alone fed the page: nothing on it waits for a figure."""
    page = html.fromstring((year.folder / "page.html").read_bytes())
    headings = {" ".join(each.text_content().split()): each for each in page.iter("h3", "h4")}
    questions = {each.id: each.text for each in load_definitions().questions}
    for item in ITEMS:
        for place in item["at"]:
            if place in load_definitions().measures:
                shown = page.get_element_by_id(f"m-{place.replace('.', '-')}")
            elif place in questions and item in WRITTEN["questions"]:
                shown = headings[questions[place]].getparent()
            else:
                assert place not in TITLES or TITLES[place] in headings, place
                continue
            assert "Not yet measured." not in shown.text_content(), (item["id"], place)
            assert not shown.find_class("missing"), (item["id"], place)


def test_entries_loaded_from_their_own_download_change_nothing(year: Year) -> None:
    """A download of a coordinator can be loaded again, as a copy elsewhere or after a mistake."""
    olga, address = year.office.olga, f"{PLACE}/registers/meetings"
    text = (year.folder / "entries-meetings.csv").read_bytes()
    olga.visits(f"{address}/table").fills_in(files={"table": ("meetings.csv", text)})
    assert olga.status == 200, olga.text
    olga.fills_in(f"{address}/table/load")
    again = olga.client.get(f"{address}/entries.csv")
    assert again.content == text
