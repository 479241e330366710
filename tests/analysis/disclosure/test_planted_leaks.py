"""The audit finds every leak that was planted, by name."""

import pytest

from analysis.disclosure import audit_releases
from tests.analysis.disclosure.leaks import PLANTED, Planted


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_audit_finds_each_planted_leak(planted: Planted) -> None:
    found = audit_releases(planted.catalogue, planted.releases, planted.all_counts, planted.knowledge)
    matching = [
        leak
        for leak in found.findings
        if leak.leak in planted.leak and planted.group in leak.group and leak.base == planted.base
    ]
    assert matching, found.findings
    assert planted.open is None or planted.open in [(leak.low, leak.high) for leak in matching]
    assert any(planted.note in leak.note for leak in matching)


def test_at_least_thirty_different_leaks_are_planted() -> None:
    assert len({planted.name for planted in PLANTED}) >= 30
