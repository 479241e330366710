"""Post the forms of the console and of surveys as browsers do, over HTTP."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import numpy as np
from starlette.testclient import TestClient

from app.demo.population import Population, make_population
from app.demo.simulated_answers import Respondent, fill_in
from app.questionnaire.loading import load_survey
from app.services.jobs.queue import work_once
from app.services.waves.plan_file import survey_path
from tests.journeys.year.city import AGENCIES, CITY, PARTNERSHIP
from tests.services.making import PASSPHRASE
from tests.web.admin.people import Office, Person

PLACE = f"/staff/communities/{CITY}"
HIDDEN = re.compile(r'name="(_number|_agency)" value="([^"]*)"')


def to_text(rows: Sequence[Mapping[str, object]]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def found_city(olga: Person) -> None:
    olga.visits("/staff/communities/new").fills_in(slug=CITY, **{"name-en": "River City", "name-es": "Ciudad del Río"})
    for slug, name in {**AGENCIES, PARTNERSHIP: "the safety partnership"}.items():
        olga.visits(f"{PLACE}/agencies/new").fills_in(slug=slug, **{"name-en": name, "name-es": name})
        assert olga.status == 200, olga.text


def load_table(olga: Person, end: str, rows: Sequence[Mapping[str, object]]) -> None:
    olga.visits(f"{PLACE}/{end}").fills_in(files={"table": (f"{end}.csv", to_text(rows).encode())})
    assert olga.status == 200, olga.text
    olga.fills_in(f"{PLACE}/{end}/load")
    assert olga.status == 200, olga.text


def enter(person: Person, register: str, fields: Mapping[str, str]) -> None:
    person.visits(f"{PLACE}/registers/{register}").fills_in(f"{PLACE}/registers/{register}", **fields)
    assert person.status == 200, person.text


def plan(olga: Person, wave: str, survey: str, agencies: Sequence[str], codes: str) -> None:
    olga.visits("/staff/waves/new").fills_in(wave=wave, survey=survey, agencies=list(agencies), codes=codes,
                                             contact="call 555 0100")  # fmt: skip
    assert "/staff/waves/" in olga.path, olga.text


def open_wave(olga: Person, wave: str) -> None:
    olga.visits(f"/staff/waves/{wave}/open").fills_in(known="yes")
    assert "The survey round is open" in olga.text


def make_links(olga: Person, wave: str, everyone: int, asked: int) -> list[str]:
    """Return the links of the letters: one code for each person on the list."""
    wanted = {"count": str(asked), "source": "address sample", "stratum": "roster", "frame": str(everyone)}
    olga.visits(f"/staff/waves/{wave}/codes").fills_in(**wanted)
    with zipfile.ZipFile(io.BytesIO(olga.answer.content)) as bundle:
        text = bundle.read(f"{wave}-codes.csv").decode("utf-8-sig")
    return [row["link"] for row in csv.DictReader(io.StringIO(text, newline=""))]


def close(office: Office, wave: str, report: bool = False) -> None:
    olga = office.olga
    olga.visits(f"/staff/waves/{wave}/close").fills_in()
    olga.visits(f"/staff/waves/{wave}/box").fills_in(passphrase=PASSPHRASE)
    assert "The answers are unlocked" in olga.text, olga.text
    if report:
        olga.visits(f"/staff/waves/{wave}/report").fills_in(f"/staff/waves/{wave}/report/preview")
        olga.fills_in(f"/staff/waves/{wave}/report/publish", sentence=f"publish {wave}", known="yes")
        job = olga.path
        work_once(office.engine, office.settings)
        assert "is published" in olga.visits(job).heading, olga.text


# --- people who answer


def answer_by_link(client: TestClient, wave: str, links: Sequence[str], answers: Sequence[Mapping[str, str]]) -> None:
    for link, fields in zip(links, answers, strict=True):
        page = client.get(urlsplit(link).path)
        sent = {**fields, **dict(HIDDEN.findall(page.text)), "_lang": "en", "_do": "send"}
        _send(client, wave, {**sent, "_code": urlsplit(link).fragment})


def answer_as_residents(client: TestClient, wave: str, number: int, seed: int) -> None:
    """Let residents of a made-up population answer, a third of them about each agency."""
    people: Population = make_population(number, np.random.default_rng(seed))
    survey, chance = load_survey(survey_path("community-trust").read_text("utf-8")), np.random.default_rng(seed)
    for row in range(number):
        page = client.get(f"/s/{wave}/{row % len(AGENCIES) + 1}?lang=en")
        assert page.status_code < 300, (row, page.status_code, page.text[-600:])
        hidden = dict(HIDDEN.findall(page.text))
        fields = fill_in(survey, Respondent(people, row, hidden["_agency"]), chance)
        if fields:
            _send(client, wave, {**fields, **hidden, "_lang": "en", "_code": "", "_do": "send"})


def _send(client: TestClient, wave: str, fields: Mapping[str, object]) -> None:
    answer = client.post(f"/s/{wave}", data=dict(fields), follow_redirects=False)
    assert answer.status_code == 303, (answer.status_code, answer.text[:300])
    assert urlsplit(answer.headers["location"]).path.endswith("/thanks"), answer.headers["location"]
