"""The audit finds each number that follows from a release, and reports nothing about a clean release."""

import pytest

from analysis.disclosure import Catalogue, EarlierRelease, Rules, audit_releases
from analysis.disclosure.audit import find_known_before
from analysis.disclosure.audit.space import make_divisions
from analysis.disclosure.catalogue import BadDomain
from tests.analysis.disclosure.drafts import EXACT, SEXES, make_count_table, make_release, make_score_table
from tests.analysis.disclosure.leaks import BLOCKS


def _leaks(counts: dict[str, int], rules: Rules, knowledge: str) -> list[str]:
    release = make_release([make_count_table(counts)], rules)
    found = audit_releases(SEXES, [release], {("all", group): n for group, n in counts.items()}, knowledge)  # type: ignore[arg-type]
    return [leak.leak for leak in found.findings if leak.leak != "rule"]


def test_audit_finds_more_with_more_knowledge() -> None:
    counts = {"everyone": 156, "sex=w": 147, "sex=m": 9}
    assert _leaks(counts, Rules(), "none") == []
    assert _leaks(counts, Rules(), "rule") == ["narrow"]
    assert _leaks(counts, Rules(), "all") == ["narrow"]


def test_a_clean_release_has_no_finding() -> None:
    counts = {"everyone": 157, "sex=w": 149, "sex=m": 8}
    found = audit_releases(
        SEXES, [make_release([make_count_table(counts)])], {("all", group): n for group, n in counts.items()}
    )
    assert found.is_clean
    assert found.cells == 1


def test_estimates_of_large_groups_are_no_leak() -> None:
    counts = {"everyone": 160, "sex=w": 100, "sex=m": 60}
    found = audit_releases(
        SEXES, [make_release([make_score_table(counts)])], {("trust", group): n for group, n in counts.items()}
    )
    assert found.is_clean


def test_a_change_by_many_is_no_leak() -> None:
    before, now = {"everyone": 160, "sex=w": 100, "sex=m": 60}, {"everyone": 220, "sex=w": 130, "sex=m": 90}
    releases = [
        make_release([make_score_table(before)]),
        make_release([make_score_table(now, dict.fromkeys(now, 51.0))], data="2"),
    ]
    assert audit_releases(SEXES, releases, {("trust", group): n for group, n in now.items()}).is_clean


def test_exact_recovery_reports_the_number_and_the_source() -> None:
    counts = {"everyone": 66, "sex=w": 60, "sex=m": 6}
    found = audit_releases(
        SEXES, [make_release([make_count_table(counts)], EXACT)], {("all", group): n for group, n in counts.items()}
    )
    (leak,) = found.findings
    assert (leak.leak, leak.low, leak.high) == ("exact", 6, 6)
    assert leak.by == (("all", "sex=w"), ("all", "everyone"))


def test_indistinguishable_groups_form_one_group() -> None:
    (division,) = make_divisions(BLOCKS, ["district=north", "tract=hill", "everyone"], frozenset())
    assert division.atoms == 3


def test_people_without_a_level_are_no_part_of_the_others() -> None:
    catalogue = Catalogue.of({"age": ["a", "b"], "sex": ["w", "m"]}, crossings=[("age", "sex")])
    (division,) = make_divisions(catalogue, ["age=a, sex=w"], frozenset({"age", "sex"}))
    for name in ("age", "sex"):
        assert 0 < division.without[name].sum() < division.atoms


def test_variables_that_are_never_crossed_stay_apart() -> None:
    catalogue = Catalogue.of({"age": ["a", "b"], "sex": ["w", "m"], "area": ["n", "s"]}, crossings=[("age", "sex")])
    divisions = make_divisions(catalogue, catalogue.ids, frozenset())
    assert sorted(division.atoms for division in divisions) == [2, 4]


def test_a_group_by_an_undeclared_level_is_refused() -> None:
    with pytest.raises(BadDomain, match="levels among"):
        Catalogue.of({"area": ["n"]}, groupings={"half": ("area", {"top": ["n", "x"]})})


def _file(ranges: dict[str, tuple[float, float]]) -> EarlierRelease:
    return EarlierRelease("1", Rules(), (), ranges)


@pytest.mark.parametrize("base", [1, 5])
def test_range_counts_as_known_before_without_the_newest(base: int) -> None:
    """Exact numbers disclose the three men before any file does; rounded ones leave that to the file."""
    counts = {"everyone": 63, "sex=w": 60, "sex=m": 3}
    people = {("all", group): n for group, n in counts.items()}
    file = _file({"everyone": (63, 63), "sex=w": (60, 60)})
    releases = [make_release([make_count_table(counts)], Rules(rounding_base=base)), file]
    found = [each for each in audit_releases(SEXES, releases, people).findings if each.leak in ("exact", "narrow")]
    assert [(each.group, each.low, each.high) for each in found] == [("sex=m", 3, 3)]
    assert find_known_before(SEXES, releases, people).issuperset(found) == (base == 1)
