"""The disclosure gate of scorecards: no person follows from one published version or from two versions together."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.disclosure import (
    DraftScorecard,
    DraftTable,
    DraftUnit,
    PublishedScorecard,
    Quote,
    Rules,
    Sealed,
    audit_releases,
    publish,
    publish_scorecard,
    restore_scorecard,
    share_of,
)
from analysis.disclosure.audit import EarlierRelease
from analysis.disclosure.canonical import sha256
from analysis.disclosure.cells import Shown, Withheld, count_cell
from analysis.disclosure.scorecard import BrokenScorecard
from analysis.disclosure.scorecard.publication import NotInReport, RepeatedUnit
from analysis.disclosure.sealing import SealedValue
from tests.analysis.disclosure.drafts import SEXES, make_draft, make_score_table

RACES = ("a", "b", "c")
COUNT = st.integers(0, 60)


def unit_of(*counts: int, data: str = "1", levels: tuple[str, ...] = RACES) -> DraftUnit:
    people = {f"race={level}": n for level, n in zip(levels, counts, strict=True)} | {"everyone": sum(counts)}
    table = DraftTable("staff", "staff", "count", tuple(people.values()), rows=tuple(people), base="staff")
    return DraftUnit("police/staff/2026", data, {"race": levels}, (table,))


def card_of(*units: DraftUnit, history: tuple[PublishedScorecard, ...] = ()) -> PublishedScorecard:
    return publish_scorecard(DraftScorecard("river-city", units), history)


def shown(card: PublishedScorecard) -> dict[str, int | None]:
    return {
        row.domain: row.cell.n if isinstance(row.cell, Shown) else None for table in card.tables for row in table.rows
    }


@settings(max_examples=30)
@given(st.lists(COUNT, min_size=3, max_size=3).filter(lambda counts: sum(counts) > 0))
def test_no_group_under_ten_is_shown_or_follows(counts: list[int]) -> None:
    unit = unit_of(*counts)
    card = card_of(unit)
    stated = shown(card)
    for level, n in zip(RACES, counts, strict=True):
        assert n >= 10 or stated[f"race={level}"] is None
    truth = {(base, group): n for t in unit.tables for base, group, n in zip(t.bases, t.rows, t.counts, strict=True)}
    found = audit_releases(card.units[0].catalogue, [card.units[0].to_release()], truth)
    assert found.findings == ()


@settings(max_examples=12)
@given(st.lists(COUNT, min_size=3, max_size=3), st.lists(st.integers(-6, 6), min_size=3, max_size=3))
def test_correction_identifies_no_person(counts: list[int], changes: list[int]) -> None:
    later = [max(0, n + change) for n, change in zip(counts, changes, strict=True)]
    if not sum(counts) or not sum(later):
        return
    first = card_of(unit_of(*counts))
    second = card_of(unit_of(*later, data="2"), history=(first,))
    truth = {("staff", f"race={level}"): n for level, n in zip(RACES, later, strict=True)}
    truth["staff", "everyone"] = sum(later)
    releases: list[EarlierRelease] = [first.units[0].to_release(), second.units[0].to_release()]
    found = audit_releases(second.units[0].catalogue, releases, truth)
    assert [finding for finding in found.findings if finding.by] == []


def test_unchanged_numbers_stay_exactly_as_they_were_shown() -> None:
    first = card_of(unit_of(40, 30, 4))
    again = card_of(unit_of(40, 30, 4), history=(first,))
    assert again.sha256 == first.sha256


def reasons(card: PublishedScorecard) -> dict[str, str]:
    rows = [row for table in card.tables for row in table.rows]
    return {row.domain: row.cell.reason for row in rows if isinstance(row.cell, Withheld)}


def test_small_correction_is_withheld_and_large_one_is_shown() -> None:
    first = card_of(unit_of(41, 32, 20))
    few = card_of(unit_of(43, 32, 20, data="2"), history=(first,))
    assert reasons(few) == {"race=a": "changed_by_few"}
    many = card_of(unit_of(81, 32, 20, data="3"), history=(first, few))
    assert shown(many)["race=a"] == 80


def test_corrections_by_few_in_every_group_are_withheld() -> None:
    first = card_of(unit_of(40, 32, 20))
    few = card_of(unit_of(43, 32, 20, data="2"), history=(first,))
    assert set(reasons(few).values()) == {"changed_by_few"}
    assert set(shown(few).values()) == {None}


def test_a_new_version_may_name_more_groups() -> None:
    first = card_of(unit_of(41, 32, 20))
    more = card_of(unit_of(41, 32, 60, 30, data="2", levels=(*RACES, "d")), history=(first,))
    assert shown(more)["race=d"] == 30


@given(st.integers(0, 400), st.integers(0, 400))
@example(88, 5)
@example(88, 9)
def test_the_bounds_of_a_counted_share_hold_the_truth(met: int, more: int) -> None:
    whole = met + more
    rules = Rules()
    found = share_of(count_cell(met, rules), count_cell(whole, rules))
    if found.value is None:
        assert met < 10 or whole < 10
    elif found.low is not None and found.high is not None:
        assert found.low <= 100 * met / whole <= found.high
    else:
        assert found.flags in (("at_most",), ("at_least",))
        assert found.value >= 100 * met / whole if "at_most" in found.flags else found.value <= 100 * met / whole


def test_a_quote_repeats_the_cell_of_the_report_as_it_stands() -> None:
    report = publish(make_draft(SEXES, [make_score_table({"everyone": 120, "sex=w": 70})]), [])
    table = next(table for table in report.tables if table.rows)
    row = table.rows[0]
    quote = Quote("CTI", report, table.id, row.domain, row.term)
    card = publish_scorecard(DraftScorecard("river-city", (), (quote,)))
    [stated] = card.document["quotes"]
    assert json.loads(json.dumps(dict(stated["cell"]), default=list)) == row.cell.to_document()
    assert stated["report"] == report.sha256
    with pytest.raises(NotInReport):
        publish_scorecard(DraftScorecard("river-city", (), (replace(quote, term="nothing"),)))


def test_a_scorecard_is_made_nowhere_else() -> None:
    card = card_of(unit_of(40, 30, 20))
    with pytest.raises(Sealed):
        PublishedScorecard(object(), None)  # type: ignore[arg-type]
    with pytest.raises(Sealed):
        type("Mine", (SealedValue,), {})
    with pytest.raises(Sealed):
        pickle.dumps(card)
    assert copy.deepcopy(card) is card
    with pytest.raises(RepeatedUnit):
        card_of(unit_of(40, 30, 20), unit_of(40, 30, 20))


def test_stored_bytes_are_read_back_or_refused() -> None:
    card = card_of(unit_of(40, 30, 4))
    again = restore_scorecard(card.content, card.sha256)
    assert shown(again) == shown(card)
    for change in (b'"n":40', b'"schema":"commontrust/scorecard/1"'):
        forged = card.content.replace(change, change[:-1] + b"7" if change.endswith(b"0") else b'"schema":"x"')
        assert forged != card.content
        with pytest.raises(BrokenScorecard):
            restore_scorecard(forged, card.sha256)
        with pytest.raises(BrokenScorecard):
            restore_scorecard(forged, sha256(forged))
