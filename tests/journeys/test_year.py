"""A year of a made-up city goes through the forms of the console; every number of its scorecard is counted again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.journeys.year import city
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
from tests.web.admin.people import Office, open_office

LISTED = {"police": 60, "health": 55, "housing": 50}  # people on the list of each staff survey
MEMBERS, RESIDENTS = 24, 180  # RESIDENTS answer each survey


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


def test_year(year: Year) -> None:
    import shutil

    shutil.copytree(year.folder, "/tmp/year", dirs_exist_ok=True)
