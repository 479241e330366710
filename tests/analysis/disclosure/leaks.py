"""Plant leaks by hand: careless releases, and the numbers that a reader derives from them."""
# ruff: noqa: E501  (a table with one leak a row)

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from analysis.disclosure import Catalogue, DraftTable, EarlierRelease, Rules
from analysis.disclosure.audit import Knowledge
from tests.analysis.disclosure.drafts import (
    EXACT,
    SEXES,
    called_sensitive,
    make_count_table,
    make_estimates,
    make_release,
    make_score_table,
    make_share_table,
    with_all_shown,
    with_cell,
)

TWO_WAY = Catalogue.of({"age": ["young", "old"], "sex": ["w", "m"]}, crossings=[("age", "sex")])
AGES = Catalogue.of({"age": ["a", "b", "c", "d"]})
THREE_AGES = Catalogue.of({"age": ["a", "b", "c"]})
BLOCKS = Catalogue.of(
    {"block": ["1", "2", "3", "4"]},
    groupings={
        "district": ("block", {"north": ["1", "2"], "south": ["3", "4"]}),
        "tract": ("block", {"hill": ["1"], "river": ["2", "3"], "coast": ["4"]}),
        "school": ("block", {"ring": ["1", "3"]}),
        "youth": ("block", {"narrow": ["1", "2", "3"]}),
    },
)
LINKED = Catalogue.of(
    {"language": ["en", "es"], "sex": ["w", "m"], "born": ["here", "there"]},
    crossings=[("language", "sex"), ("language", "born")],
)
CUBE = Catalogue.of(
    {"age": ["young", "old"], "sex": ["w", "m"], "born": ["here", "there"]},
    crossings=[("age", "sex"), ("age", "born"), ("sex", "born"), ("age", "sex", "born")],
)


@dataclass(frozen=True)
class Planted:
    """One leak: the audit must find `leak` for `group` (a part of its name) and, if given, leave exactly `open`."""

    name: str
    catalogue: Catalogue
    releases: Sequence[EarlierRelease]
    counts: Mapping[str, int]
    leak: tuple[str, ...]
    group: str
    open: tuple[float, float] | None = None
    base: str = "all"
    others: Mapping[tuple[str, str], int] = field(default_factory=dict)
    knowledge: Knowledge = "all"
    note: str = ""

    @property
    def all_counts(self) -> dict[tuple[str, str], int]:
        return {(self.base, group): n for group, n in self.counts.items()} | dict(self.others)


def _sexes(everyone: int, women: int) -> dict[str, int]:
    return {"everyone": everyone, "sex=w": women, "sex=m": everyone - women}


def _ages(*counts: int, everyone: int | None = None) -> dict[str, int]:
    groups = dict(zip(("age=a", "age=b", "age=c", "age=d"), counts, strict=False))
    return {"everyone": sum(counts) if everyone is None else everyone, **groups}


def _blocks(one: int, two: int, three: int, four: int) -> dict[str, int]:
    return {
        "everyone": one + two + three + four,
        "block=1": one,
        "block=2": two,
        "block=3": three,
        "block=4": four,
        "district=north": one + two,
        "district=south": three + four,
        "tract=hill": one,
        "tract=river": two + three,
        "tract=coast": four,
        "school=ring": one + three,
        "youth=narrow": one + two + three,
    }


def _two_way(young_w: int, young_m: int, old_w: int, old_m: int) -> dict[str, int]:
    return {
        "everyone": young_w + young_m + old_w + old_m,
        "age=young": young_w + young_m,
        "age=old": old_w + old_m,
        "sex=w": young_w + old_w,
        "sex=m": young_m + old_m,
        "age=young, sex=w": young_w,
        "age=young, sex=m": young_m,
        "age=old, sex=w": old_w,
        "age=old, sex=m": old_m,
    }


def _linked() -> dict[str, int]:
    return {
        "everyone": 120,
        "language=en, sex=w": 50,
        "language=en, sex=m": 46,
        "language=es, sex=w": 20,
        "language=es, sex=m": 4,
        "language=en, born=here": 70,
        "language=en, born=there": 26,
        "language=es, born=here": 12,
        "language=es, born=there": 12,
    }


def _cube() -> dict[str, int]:
    inner = {
        ("young", "w", "here"): 3,
        ("young", "w", "there"): 30,
        ("young", "m", "here"): 25,
        ("young", "m", "there"): 20,
        ("old", "w", "here"): 40,
        ("old", "w", "there"): 22,
        ("old", "m", "here"): 31,
        ("old", "m", "there"): 28,
    }
    names = ("age", "sex", "born")
    found = {}
    for domain in CUBE.domains:
        where = dict(domain.where)
        found[domain.id] = sum(
            n
            for levels, n in inner.items()
            if all(level in where.get(name, {level}) for name, level in zip(names, levels, strict=True))
        )
    return found


def _only(counts: Mapping[str, int], *groups: str) -> dict[str, int]:
    return {group: counts[group] for group in groups}


def _tell(
    counts: Mapping[str, int], *groups: str, rules: Rules = EXACT, data: str = "1", **more: object
) -> EarlierRelease:
    return make_release([make_count_table(_only(counts, *(groups or counts)), **more)], rules, data)


def _score(
    counts: Mapping[str, int],
    *groups: str,
    values: Mapping[str, float] | None = None,
    data: str = "1",
    **more: object,
) -> EarlierRelease:
    return make_release([make_score_table(_only(counts, *(groups or counts)), values, **more)], data=data)


def _total(counts: Mapping[str, int], value: float) -> EarlierRelease:
    estimates = make_estimates(counts, dict.fromkeys(counts, value), statistic="total")
    table = DraftTable("people", "People", "figure", tuple(counts.values()), estimates, unit="people")
    return make_release([table])


def _fine_shares(shares: Mapping[str, float]) -> EarlierRelease:
    """Return a careless release of shares of fifty people in steps of one percent."""
    return replace(make_release([make_share_table("everyone", 50, shares)], Rules(share_people=1)), rules=Rules())


SIX = _sexes(66, 60)
SEVEN = _sexes(67, 60)
BOTH = _two_way(5, 60, 70, 80)
CROSS = _two_way(6, 40, 50, 8)
NINES = _ages(9, 9, 60, 50)
HALF = _ages(4, 5, 60, 50)
AREAS = _blocks(60, 4, 70, 55)
EDGE = _ages(102, 52, 9)
GROWN = _sexes(163, 93)

PLANTED: tuple[Planted, ...] = (
    # complements and margins
    Planted("a complement of two levels", SEXES, [_tell(SIX)], SIX, ("exact",), "sex=m", (6, 6)),
    Planted("one hidden level beside its total", AGES, [_tell(_ages(40, 3, 50, 60))], _ages(40, 3, 50, 60), ("exact",), "age=b", (3, 3)),
    Planted("a row with one hidden cell", TWO_WAY, [_tell(BOTH)], BOTH, ("exact",), "age=young, sex=w", (5, 5)),
    Planted("hidden cells solved by columns", TWO_WAY, [_tell(CROSS)], CROSS, ("exact",), "age=old, sex=m", (8, 8)),
    Planted("a margin that nobody published", SEXES, [_tell(SIX, "everyone", "sex=w")], SIX, ("exact",), "sex=m", (6, 6)),
    Planted("a cube with all its margins", CUBE, [_tell(_cube())], _cube(), ("exact",), "age=young, sex=w, born=here", (3, 3)),
    Planted("a margin of rounded counts, nothing hidden", SEXES, [replace(_tell(SIX, rules=Rules(count_threshold=1)), rules=Rules())], SIX, ("rule",), "sex=m", note="below the threshold"),
    # linked tables
    Planted("two tables with a common margin", LINKED, [
        make_release([
            make_count_table({g: n for g, n in _linked().items() if "sex" in g}, "by sex"),
            make_count_table({g: n for g, n in _linked().items() if "born" in g}, "by birthplace"),
        ], EXACT),
    ], _linked(), ("exact",), "language=es, sex=m", (4, 4)),
    Planted("a district and its blocks", BLOCKS, [_tell(AREAS, "district=north", "block=1", "block=2")], AREAS, ("exact",), "block=2", (4, 4)),
    Planted("two tables in two releases on the same answers", SEXES, [_tell(SIX, "sex=w", "sex=m"), _tell(SIX, "everyone")], SIX, ("exact",), "sex=m", (6, 6)),
    Planted("a question's base beside everyone", SEXES, [
        make_release([make_count_table({"everyone": 156, "sex=w": 148, "sex=m": 8}), make_count_table({"everyone": 155, "sex=w": 147, "sex=m": 8}, "asked", base="q")]),
    ], {"everyone": 156, "sex=w": 148, "sex=m": 8}, ("narrow", "exact"), "sex=m", others={("q", "everyone"): 155, ("q", "sex=w"): 147, ("q", "sex=m"): 8}),
    # zeros, the rule, whole numbers, an insider
    Planted("a hidden zero", SEXES, [_tell(_sexes(60, 60))], _sexes(60, 60), ("exact",), "sex=m", (0, 0)),
    Planted("two hidden zeros", AGES, [_tell(_ages(0, 0, 60, 50))], _ages(0, 0, 60, 50), ("exact",), "age=a", (0, 0)),
    Planted("two hidden nines under a known rule", AGES, [_tell(NINES)], NINES, ("exact",), "age=a", (9, 9)),
    Planted("a hidden cell beside a structural zero", AGES, [_tell(_ages(5, 0, 60, 50), structural_zeros=frozenset({"age=b"}))], _ages(5, 0, 60, 50), ("exact",), "age=a", (5, 5)),
    Planted("a member who knows herself", SEXES, [_tell(_sexes(47, 45), "everyone", "sex=w", rules=Rules(rounding_base=3))], _sexes(47, 45), ("narrow",), "sex=m", (1, 5)),
    # rounding
    Planted("rounded parts at the edge of a rounded total", THREE_AGES, [_tell(EDGE, rules=Rules())], EDGE, ("exact",), "age=c", (9, 9)),
    Planted("a table that lists some levels only", THREE_AGES, [
        make_release([make_count_table(EDGE), make_score_table({"everyone": 150, "age=a": 95})]),
    ], EDGE, ("exact",), "age=c", (9, 9), others={("trust", "everyone"): 150, ("trust", "age=a"): 95}),
    Planted("rounded parts near the edge", SEXES, [_tell(_sexes(156, 147), rules=Rules())], _sexes(156, 147), ("narrow",), "sex=m", (6, 9)),
    Planted("one answer rounded in two ways", SEXES, [_tell(SEVEN, rules=Rules(rounding_base=5)), _tell(SEVEN, rules=Rules(rounding_base=7))], SEVEN, ("narrow",), "sex=m", (5, 7)),
    Planted("a flag that sharpens a rounded n", SEXES, [_score(_sexes(51, 48))], _sexes(51, 48), ("narrow", "nested", "combination"), "sex=m", base="trust"),
    Planted("an exact n beside an estimate", SEXES, [with_cell(_score(_sexes(200, 100)), 1, n=101)], _sexes(200, 100), ("rule",), "sex=w", base="trust", note="n not rounded"),
    Planted("an exact effective n", SEXES, [with_cell(_score(_sexes(200, 100)), 1, n_effective=98)], _sexes(200, 100), ("rule",), "sex=w", base="trust", note="n not rounded"),
    # differencing of groups
    Planted("an index of everyone and of all but a few", SEXES, [_score(_sexes(105, 100))], _sexes(105, 100), ("nested", "combination"), "sex=m", base="trust"),
    Planted("two small groups together", AGES, [_score(HALF)], HALF, ("combination",), "everyone - age=c - age=d", (9, 9), base="trust"),
    Planted("people who told no age", AGES, [_score(_ages(60, 70, 55, 40, everyone=228))], _ages(60, 70, 55, 40, everyone=228), ("combination",), "everyone - age=a", (3, 3), base="trust"),
    Planted("overlapping age groups", BLOCKS, [_score(_blocks(60, 50, 70, 4), "everyone", "youth=narrow")], _blocks(60, 50, 70, 4), ("nested",), "everyone - youth=narrow", (4, 4), base="trust"),
    Planted("two geographies that do not nest", BLOCKS, [_score(AREAS, "district=north", "tract=hill")], AREAS, ("nested",), "district=north - tract=hill", (4, 4), base="trust"),
    Planted("a sum of districts minus a tract", BLOCKS, [_score(_blocks(4, 60, 70, 3), "district=north", "district=south", "tract=river")], _blocks(4, 60, 70, 3), ("combination",), "- tract=river", (7, 7), base="trust"),
    Planted("half the sum of three groups", BLOCKS, [_score(_blocks(60, 4, 70, 55), "district=north", "tract=river", "school=ring")], AREAS, ("combination",), "block=2", (4, 4), base="trust"),
    Planted("a crossing by subtraction", TWO_WAY, [_score(BOTH, "age=young", "age=young, sex=m")], BOTH, ("nested", "combination"), "age=young", (5, 5), base="trust"),
    Planted("a gap to a hidden group", SEXES, [
        with_all_shown(make_release([DraftTable("gap", "Gap", "gap", (100, 5), make_estimates({"sex=w": 100, "sex=m": 5}, {"sex=w": -1.0, "sex=m": 3.0}), base="trust")])),
    ], _sexes(105, 100), ("rule",), "sex=m", base="trust", note="too few"),
    Planted("a group that one person dominates", SEXES, [
        make_release([make_score_table(_sexes(150, 100), heaviest=(0.1, 0.1, 0.6))]),
    ], _sexes(150, 100), ("combination",), "sex=m", (50, 50), base="trust"),
    # releases
    Planted("three new people", SEXES, [_score(_sexes(160, 90), data="1"), _score(GROWN, values={"everyone": 51.0}, data="2")], GROWN, ("change",), "everyone", base="trust"),
    Planted("one corrected answer", SEXES, [_score(_sexes(160, 90)), _score(_sexes(160, 90), values={"sex=w": 50.6}, data="2")], _sexes(160, 90), ("change",), "sex=w", base="trust"),
    Planted("new people in a hidden group", AGES, [
        _score(_ages(60, 70, 55, 12)), _score(_ages(80, 90, 75, 15), values=dict.fromkeys(_ages(1, 1, 1, 1), 53.0), data="2"),
    ], _ages(80, 90, 75, 15), ("change",), "age=d", base="trust"),
    Planted("a count that moved by a few", SEXES, [_tell(_sexes(160, 90), rules=Rules()), _tell(_sexes(164, 94), rules=Rules(), data="2")], _sexes(164, 94), ("change",), "sex=w"),
    Planted("a hidden count between two releases", SEXES, [_tell(_sexes(155, 147), rules=Rules()), _tell(_sexes(197, 188), rules=Rules(), data="2")], _sexes(197, 188), ("narrow", "exact"), "sex=m"),
    Planted("a group shown once and hidden later", SEXES, [_score(_sexes(105, 100), "everyone"), _score(_sexes(105, 100), "sex=w", "sex=m")], _sexes(105, 100), ("nested", "combination"), "sex=m", base="trust"),
    # shares, totals, decimals
    Planted("an answer that nobody gave", SEXES, [_fine_shares({"yes": 0.42, "no": 0.58, "other": 0.0})], {"everyone": 50}, ("share",), "vote=other", base="vote"),
    Planted("an answer that everybody gave", SEXES, [
        make_release([make_share_table("everyone", 50, {"yes": 1.0, "no": 0.0})], Rules(narrowest_range=1, share_end=1, share_people=1)),
    ], {"everyone": 50}, ("share",), "vote=no", base="vote"),
    Planted("a share of zero", SEXES, [with_cell(make_release([make_share_table("everyone", 50, {"yes": 0.4, "no": 0.6})]), 0, value=0.0)], {"everyone": 50}, ("rule",), "everyone", base="vote", note="beyond its ends"),
    Planted("a sensitive share to one per cent", SEXES, [
        called_sensitive(_fine_shares({"yes": 0.12, "no": 0.88})),
    ], {"everyone": 50}, ("rule",), "everyone", base="vote", note="too fine"),
    Planted("few people behind a sensitive share", SEXES, [
        called_sensitive(_fine_shares({"yes": 0.12, "no": 0.55, "other": 0.33})),
    ], {"everyone": 50}, ("share",), "vote=yes", base="vote"),
    Planted("a weighted total to a hundredth", SEXES, [with_cell(_total({"everyone": 60}, 1234.56), 0, value=1234.56, step=0.01)], {"everyone": 60}, ("rule",), "everyone", base="trust", note="too fine"),
    Planted("an index to three decimals", SEXES, [with_cell(_score({"everyone": 60}), 0, value=52.123)], {"everyone": 60}, ("rule",), "everyone", base="trust", note="not rounded"),
    Planted("an estimate on twelve people", SEXES, [with_cell(_score({"everyone": 60}), 0, n=10)], {"everyone": 12}, ("rule",), "everyone", base="trust", note="too few"),
)  # fmt: skip
