"""Share two people: Alice answers, Charlie is a stranger. They use the real questionnaire over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from httpx2 import Response

from tests.web.reading import Page, encode
from tests.web.service import Service, open_city


@dataclass
class Resident:
    """Someone whose page posts as with script: sees a page, ticks boxes, presses buttons, gets errors with answers."""

    service: Service
    page: Page = field(init=False)
    status: int = 0
    ticked: dict[str, list[str]] = field(default_factory=dict)

    def opens(self, lang: str = "en", place: str = "") -> None:
        self.ticked = {}
        self._sees(self.service.client.get(self.service.address + place, params={"lang": lang}))

    def ticks(self, **answers: int | list[int]) -> None:
        for code, answer in answers.items():
            values = answer if isinstance(answer, list) else [answer]
            assert all(self.page.all("input", name=code, value=str(value)) for value in values)
            self.ticked[code] = [str(value) for value in values]

    def types_code(self, code: str) -> None:
        self.ticked["_code"] = [code]

    def presses(self, button: str) -> None:
        fields = self.page.fields() | self.ticked | {"_do": [button], "_pace": ["3"]}
        self._sees(self.service.client.post(self.service.address, content=encode(fields)))

    def sends(self) -> None:
        self.presses("send")

    def _sees(self, answer: Response) -> None:
        self.status, self.page = answer.status_code, Page(answer.text)

    @property
    def is_thanked(self) -> bool:
        return self.page.one("body").attributes["data-screen"] == "thanks"

    @property
    def problems(self) -> str:
        return self.page.one("div", id="problems").text


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Service]:
    with open_city(tmp_path) as service:
        yield service


@pytest.fixture
def alice(city: Service) -> Resident:
    return Resident(city)


@pytest.fixture
def charlie(city: Service) -> Resident:
    return Resident(city)
