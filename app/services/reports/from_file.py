"""Make reports from a data file and a map, without a database: the same recipe and the same disclosure gate."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from analysis.disclosure import DraftFact, PublishedReport, publish, restore
from analysis.disclosure.publication import withheld_of
from analysis.report import draft_report
from analysis.report.file_maps import ONE_WAVE, MappedWave, load_map
from analysis.report.study import BASE_WEIGHT
from app.errors import BadInput
from app.services.reports.publish import FrozenReport

OWN = "own-file"
NEEDED = ("community", "title", "collection")
Notes = tuple[str, ...]


def make_reports(
    data: Path, plan: Path, lang: str, earlier: Sequence[Path] = ()
) -> Iterator[tuple[Notes, FrozenReport]]:
    """Yield the report of each wave of the map, the earliest first, with notes about it.

    `earlier` are frozen documents that were given away before: each new report is audited together with those of its
    wave. A wave is compared with the wave before it.
    """
    waves = load_map(plan, data)
    _check_about(plan, next(iter(waves.values())))
    history = [_restore(path) for path in earlier]
    before: MappedWave | None = None
    done: list[PublishedReport] = []
    for name, wave in waves.items():
        _check_answers(plan, wave)
        draft = draft_report(
            [wave.sample],
            wave.plan,
            data=_fingerprint(data, plan),
            facts=[DraftFact("survey", data.name, "constant")],
            before=[before.sample] if before else (),
            earlier=done,
        )
        report = publish(draft, history)
        version = 1 + sum(each.document["wave"] == name for each in history)
        words = {lang: dict(_words(wave))}
        today = datetime.now(UTC).date()
        yield _notes(name, wave, report), FrozenReport(OWN, _file_name(name), version, today, report, words)
        before = wave
        done.append(report)


class BadReportMap(BadInput):
    what = "report map"


def _check_about(plan: Path, wave: MappedWave) -> None:
    """Refuse a map that leaves out what a reader of the report has to know."""
    if missing := [name for name in NEEDED if not wave.names.about.get(name, "").strip()]:
        example = "about: {community: River City, title: Resident Survey, collection: A letter to random addresses.}"
        raise BadReportMap(str(plan), [f"about: expected {', '.join(missing)}, such as in {example}"])


def _check_answers(plan: Path, wave: MappedWave) -> None:
    """Refuse answers that an item's options leave out: a code for "no answer" would count as an answer."""
    problems = []
    for item in wave.plan.items:
        values = wave.sample.table.numbers(item.code)
        left = values[np.isfinite(values) & ~np.isin(values, item.options)]
        if len(left):
            problems.append(
                f"{item.code}: {len(left)} answers with {left[0]:g} or other codes that are no options; add them to "
                f"the options of {item.code} or to its missing codes"
            )
    if problems:
        raise BadReportMap(str(plan), problems)


def _restore(path: Path) -> PublishedReport:
    content = path.read_bytes()
    return restore(content, hashlib.sha256(content).hexdigest())


def _fingerprint(*paths: Path) -> str:
    found = hashlib.sha256()
    for path in paths:
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _file_name(wave: str) -> str:
    return (re.sub(r"[^\w.-]+", "-", wave).strip(".-") if wave != ONE_WAVE else "") or "report"


def _notes(name: str, wave: MappedWave, report: PublishedReport) -> Notes:
    hidden = len(withheld_of(report.tables))
    weight = wave.names.weight
    weighted = f"weighted by column {weight}" if weight else "not weighted"
    reading = (f"The file was read so: {'; '.join(wave.names.reading)}.",) if wave.names.reading else ()
    return (*reading, f"{name}: {wave.sample.table.rows} rows, {weighted}; {hidden} figures are hidden.")


def _words(wave: MappedWave) -> Iterator[tuple[str, str]]:
    """The words of a report by the ids that its page looks up."""
    about, names, labels = wave.names.about, wave.names.names, wave.names.labels
    plan = wave.plan
    yield "community", about["community"]
    yield "survey", about["title"]
    for agency in plan.agencies:
        yield f"agency.{agency}", names.get(agency, agency)
    index = plan.headline.name
    yield f"index.{index}", names.get(index, index)
    for facet in plan.headline.facets:
        yield f"index.{index}:{facet.name}", names.get(facet.name, facet.name)
    for item in plan.items:
        yield f"item.{item.code}", names.get(item.code, item.code)
        for option in item.options:
            yield f"item.{item.code}.{option}", labels.get(item.code, {}).get(str(option), str(option))
    for group, levels in plan.groups.items():
        column = wave.names.columns[group]
        yield f"group.{group}", names.get(group, names.get(column, group))
        yield from ((f"group.{group}={level}", level) for level in levels)
    yield from _method(wave)


def _method(wave: MappedWave) -> Iterator[tuple[str, str]]:
    """Return the words of the map about the way that people were asked: another tool asked them."""
    names = wave.names
    yield "method.collection", names.about["collection"]
    if "population" in names.about:
        yield "method.population", names.about["population"]
    if names.weight and BASE_WEIGHT in wave.sample.table.names:
        yield "method.weight", names.names.get(names.weight, names.weight)
