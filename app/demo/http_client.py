"""Send simulated answers over HTTP: each resident opens the page in a language, fills it in and sends it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import numpy as np

from app.demo.population import Population
from app.demo.simulated_answers import Respondent, fill_in
from app.questionnaire.definition import Survey

AT_ONCE = 8
HIDDEN = re.compile(r'name="(_number|_agency)" value="([^"]*)"')


class AnswerNotAccepted(RuntimeError):
    """Report that the server did not accept a simulated answer."""

    def __init__(self, wave: str, status: int) -> None:
        super().__init__(f"expected thanks for a simulated answer to '{wave}', got status {status}")


@dataclass(frozen=True)
class SimulatedVisit:
    """Describe one visit: the row in the population, the language of the page, and the link of a letter if any."""

    row: int
    language: str
    link: str = ""

    def path(self, wave: str) -> str:
        return httpx.URL(self.link).path if self.link else f"/s/{wave}"

    @property
    def code(self) -> str:
        return self.link.partition("#")[2]


def send_visits(
    base_url: str,
    wave: str,
    survey: Survey,
    population: Population,
    visits: Sequence[SimulatedVisit],
    seed: int,
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Send all answers, several at once, and return their number."""
    with httpx.Client(base_url=base_url, timeout=30) as client, ThreadPoolExecutor(AT_ONCE) as pool:

        def send(visit: SimulatedVisit) -> None:
            chance = np.random.default_rng([seed, visit.row])
            answer_page(client, wave, survey, population, visit, chance)

        return _count(pool.map(send, visits), progress)


def _count(done: Iterable[None], progress: Callable[[int], None]) -> int:
    number = 0
    for number, _ in enumerate(done, start=1):
        progress(number)
    return number


def answer_page(
    client: httpx.Client,
    wave: str,
    survey: Survey,
    population: Population,
    visit: SimulatedVisit,
    chance: np.random.Generator,
) -> None:
    page = client.get(visit.path(wave), params={"lang": visit.language})
    if places := re.findall(rf'href="(/s/{re.escape(wave)}/[1-9][0-9]*)\?', page.text):
        page = client.get(str(chance.choice(places)), params={"lang": visit.language})
    hidden = dict(HIDDEN.findall(page.text))
    person = Respondent(population, visit.row, hidden.get("_agency", ""))
    fields = fill_in(survey, person, chance)
    if not fields:
        return
    form = {**fields, **hidden, "_lang": visit.language, "_code": visit.code, "_do": "send"}
    sent = client.post(f"/s/{wave}", data=form)
    if not is_thanked(sent):
        raise AnswerNotAccepted(wave, sent.status_code)


def is_thanked(sent: httpx.Response) -> bool:
    """Return whether the service counted the answers: it leads a page without script to its thanks."""
    led_to = httpx.URL(sent.headers.get("location", "")).path
    return sent.status_code == httpx.codes.SEE_OTHER and led_to.endswith("/thanks")
