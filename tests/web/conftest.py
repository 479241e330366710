"""Share one service with all tests of a module, because none of them changes it for another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.service import Service, open_city, open_service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with open_service(tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with open_city(tmp_path_factory.mktemp("city")) as service:
        yield service
