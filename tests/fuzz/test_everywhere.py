"""A sample of `make fuzz`: no request to any route, by any role, makes the service fail."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.places import Place, every_route, open_house
from tests.fuzz.requests import Knock, knocks
from tests.web.admin.conftest import _quick_hashes

__all__ = ["_quick_hashes"]

TOGETHER = 20  # requests of one example
REQUESTS = int(os.environ.get("COMMONTRUST_FUZZ", "1000"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.mark.slow
def test_random_requests_never_cause_a_server_error(house: Place) -> None:
    statuses: Counter[int] = Counter()
    reached: set[tuple[str, int]] = set()
    faults: dict[str, Knock] = {}

    @settings(
        max_examples=REQUESTS // TOGETHER,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(knocks(house), min_size=TOGETHER, max_size=TOGETHER))
    def knock(together: list[Knock]) -> None:
        for each in together:
            answer = house.people[each.person].request(
                each.method, each.path, content=each.body, headers=each.headers, follow_redirects=False
            )
            statuses[answer.status_code] += 1
            reached.add((each.person, answer.status_code))
            if answer.status_code >= 500:
                faults.setdefault(f"{each.method} {each.path}", each)

    # Random draws may miss a route; one plain request to each makes the list of statuses sure.
    knock()
    for method, path in every_route(house):
        for person in ("charlie", "olga"):
            statuses[house.people[person].request(method, path, follow_redirects=False).status_code] += 1
    print(f"{statuses.total()} requests: {dict(sorted(statuses.items()))}")
    assert faults == {}
    assert statuses.total() >= REQUESTS
    assert {200, 203, 303, 401, 403, 404, 405, 422} <= set(statuses)
    assert {("olga", 200), ("charlie", 200), ("program", 200)} <= reached
