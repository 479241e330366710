"""A sample of `make fuzz`: no request to any route, by any role, makes the service fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.drills import choose
from tests.fuzz.places import Place, every_route, open_service_with_records
from tests.fuzz.requests import RandomRequest, random_requests
from tests.web.admin.conftest import _quick_hashes

__all__ = ["_quick_hashes"]

TOGETHER = 20  # requests of one example
REQUESTS = choose(1800, 100_000)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with open_service_with_records(tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.mark.slow
def test_random_requests_never_cause_a_server_error(service: Place) -> None:
    statuses: Counter[int] = Counter()
    reached: set[tuple[str, int]] = set()
    faults: dict[str, RandomRequest] = {}

    @settings(
        max_examples=REQUESTS // TOGETHER,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(random_requests(service), min_size=TOGETHER, max_size=TOGETHER))
    def send(together: list[RandomRequest]) -> None:
        for each in together:
            answer = service.people[each.person].request(
                each.method, each.path, content=each.body, headers=each.headers, follow_redirects=False
            )
            statuses[answer.status_code] += 1
            reached.add((each.person, answer.status_code))
            if answer.status_code >= 500:
                faults.setdefault(f"{each.method} {each.path}", each)

    # Random draws may miss a route; one plain request to each makes the list of statuses sure.
    send()
    for method, path in every_route(service):
        for person in ("charlie", "olga"):
            statuses[service.people[person].request(method, path, follow_redirects=False).status_code] += 1
    print(f"{statuses.total()} requests: {dict(sorted(statuses.items()))}")
    assert faults == {}
    assert max(statuses) < 500
    assert statuses.total() >= REQUESTS
    assert {200, 203, 303, 401, 403, 404, 405, 422} <= set(statuses)
    assert {("olga", 200), ("charlie", 200), ("program", 200)} <= reached
