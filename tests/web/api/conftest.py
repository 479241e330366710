"""Share one service with all tests of a module, because none of them changes it for another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.api.callers import Desk, open_desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk
