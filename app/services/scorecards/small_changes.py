"""Hide costs that differ from published ones by fewer than ten people: two versions would show what those cost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from analysis.disclosure import DraftScorecard, Rules
from app.services.registers.cohorts import CohortFigures, to_public
from app.services.scorecards.counted_units import LEAST_PERSON_MONTHS
from app.services.scorecards.definitions import Definitions

Facts = Mapping[str, Any]
CHANGED = "changed_by_few"


def hide_small_changes(draft: DraftScorecard, earlier: Sequence[Facts], definitions: Definitions) -> DraftScorecard:
    """Return the draft without rates of people and cohorts that changed by few; `earlier` are published documents."""
    before = dict(_published_months(earlier))
    registers = draft.public["registers"]
    cohorts = [_cohort(each, registers["cohorts"], earlier) for each in registers["cohorts"]]
    hidden = {
        (now["agency"], str(now["year"]))
        for now, kept in zip(registers["cohorts"], cohorts, strict=True)
        if now["people"] != kept["people"]
    }
    things = [_thing(each, before, hidden) if _is_cost(each, definitions) else each for each in draft.public["things"]]
    return replace(draft, public={**draft.public, "things": things, "registers": {**registers, "cohorts": cohorts}})


def _is_cost(facts: Facts, definitions: Definitions) -> bool:
    measure = definitions.get(facts["measure"])
    return measure.people and measure.kind != "people"


def _places(facts: Facts) -> Iterator[tuple[tuple[str, ...], Facts]]:
    for row in facts["rows"]:
        yield (facts["agency"], facts["measure"], facts["period"], row["breakdown"], row["level"]), row


def _published_months(earlier: Iterable[Facts]) -> dict[tuple[str, ...], list[float]]:
    found: dict[tuple[str, ...], list[float]] = {}
    for public in earlier:
        for facts in public["things"]:
            for place, row in _places(facts):
                if "denominator" in row:
                    found.setdefault(place, []).append(row["denominator"])
    return found


def _thing(
    facts: Facts, before: Mapping[tuple[str, ...], Sequence[float]], hidden: Collection[tuple[str, str]]
) -> Facts:
    """Hide a cost that changed by few, and one of an agency and year in which a cohort did."""
    is_hidden = (facts["agency"], facts["period"]) in hidden
    rows = [
        {"breakdown": row["breakdown"], "level": row["level"], "reason": CHANGED}
        if is_hidden
        or any(_is_few(months, row.get("denominator"), LEAST_PERSON_MONTHS) for months in before.get(place, ()))
        else row
        for place, row in _places(facts)
    ]
    return {**facts, "rows": rows}


def _cohort(row: Facts, now: Sequence[Facts], earlier: Iterable[Facts]) -> Facts:
    """Compare with the same entry, and with entries that are no longer there: the same people under another name."""
    there = {each["entry"] for each in now} - {row["entry"]}
    former = [
        each
        for public in earlier
        for each in public.get("registers", {}).get("cohorts", ())
        if (each["agency"], each["year"]) == (row["agency"], row["year"]) and each["entry"] not in there
    ]
    few = any(_is_few(each["people"], row["people"], Rules().count_threshold) for each in former)
    return {**row, **to_public(CohortFigures(None))} if few else row


def _is_few(before: float | None, now: float | None, fewest: float) -> bool:
    return before is not None and now is not None and 0 < abs(before - now) < fewest
