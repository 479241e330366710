"""One service with one published report for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.reports.making import make_frozen
from tests.web.reports.stored_reports import store_report
from tests.web.service import Service, open_city


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with open_city(tmp_path_factory.mktemp("city")) as service:
        store_report(service.engine, make_frozen())
        yield service
