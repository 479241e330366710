"""Audit a file with everything published for its wave: contradictions, small groups, and gaps that can be filled."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.audit import EarlierRelease, Finding, audit_releases, find_known_before
from analysis.disclosure.audit.distribution import find_known_ends
from analysis.disclosure.audit.knowledge import Range, known_counts
from analysis.disclosure.audit.ranges import Contradiction
from analysis.disclosure.catalogue import EVERYONE, Catalogue
from analysis.disclosure.cells import Shown
from analysis.disclosure.draft import ALL
from analysis.disclosure.history import Published, joined_catalogue
from analysis.disclosure.microdata.answers import answers_in_file, item_of
from analysis.disclosure.microdata.classes import Classes, fingerprint
from analysis.disclosure.microdata.draft import DraftMicrodata
from analysis.disclosure.microdata.ranges import ranges_of_file, true_counts
from analysis.disclosure.microdata.refusals import ContradictsReport, GivesAway, OtherKeysThanBefore
from analysis.disclosure.microdata.variables import AGENCY, SOURCE, Tells
from analysis.disclosure.rules import Rules

Columns = Mapping[str, NDArray[Any]]


def known_from_file(
    document: Mapping[str, Any], columns: Columns, classes: Classes, catalogue: Catalogue
) -> EarlierRelease:
    """Return a reader's knowledge from the file on the sizes of a catalog's groups.

    Parameters
    ----------
    classes
        Combinations of the file's source, agency and key variables.
    """
    telling = {
        variable["name"]: _tells(variable)
        for variable in document["variables"]
        if (variable["name"] in classes.keys and variable["name"] in (SOURCE, AGENCY)) or variable.get("groups")
    }
    ranges = ranges_of_file(catalogue, classes, telling, _most_missing(document))
    return EarlierRelease(document["data"], Rules(), (), ranges, answers_in_file(document, columns))


def _most_missing(document: Mapping[str, Any]) -> dict[str, int]:
    """Return source -> the most of its records that are missing; one that is left out has fewer than the rules ask."""
    left_out = document["left_out"]
    whole = dict.fromkeys(left_out["sources"], document["rules"]["fewest_records"] - 1)
    return whole | dict(left_out["held_back_at_most"])


def _tells(variable: Mapping[str, Any]) -> dict[tuple[str, str], Tells]:
    if "groups" in variable:
        return {
            (stated["variable"], stated["level"]): Tells(frozenset(stated["certain"]), frozenset(stated["possible"]))
            for stated in variable["groups"]
        }
    return {
        (variable["name"], label): Tells(frozenset({int(code)}), frozenset({int(code)}))
        for code, label in variable["labels"].items()
    }


def audit_with_history(
    draft: DraftMicrodata,
    document: Mapping[str, Any],
    columns: Columns,
    classes: Classes,
    earlier: Sequence[Published],
) -> dict[str, int]:
    """Attack each small group with the file and all earlier reports, and return the number of attacked groups.

    A range that the reports alone leave open, such as that of people who skipped a question, may stay as it is. The
    file may not narrow it.

    Raises
    ------
    ContradictsReport
        A report on the same answers has other counts.
    GivesAway
        A small group is found, or its range is too narrow.
    """
    catalogue = joined_catalogue(Catalogue((), ()), earlier)
    file = known_from_file(document, columns, classes, catalogue)
    releases = [each.to_release(catalogue) for each in earlier]
    _check_same_counts(file, releases)
    if not catalogue.domains:
        return {"releases": 1, "cells": 0, "recovered": 0, "narrow": 0, "compared": 0}
    counts = {(ALL, group): n for group, n in true_counts(draft, catalogue.domains).items()}
    try:
        found = audit_releases(catalogue, [*releases, file], counts)
    except Contradiction as error:
        raise ContradictsReport(EVERYONE) from error
    if found.findings:
        before = find_known_before(catalogue, [*releases, file], counts)
        found = replace(found, findings=tuple(each for each in found.findings if each not in before))
    if found.findings:
        raise GivesAway(_groups(found.findings))
    return {"releases": len(releases) + 1, **found.to_document(), "compared": len(file.ranges)}


def narrow_answers(
    document: Mapping[str, Any], columns: Columns, earlier: Sequence[Published]
) -> frozenset[tuple[str, int]]:
    """Return item and source of each question whose few answers follow from the file and the reports together."""
    answers = answers_in_file(document, columns)
    sources = next(v["labels"] for v in document["variables"] if v["name"] == SOURCE)
    releases = [each.to_release(Catalogue((), ())) for each in earlier]
    findings = [
        finding
        for release in releases
        if release.data == document["data"]
        for finding in find_known_ends(release.tables, release.rules, answers, with_counted=False)
    ]
    return frozenset(
        (item_of(finding.group.split(": ", 1)[1]), int(code))
        for finding in findings
        for code, source in sources.items()
        if finding.group.startswith((f"{SOURCE}={source}:", f"{SOURCE}={source},"))
    )


def shown_estimates(reports: Sequence[Published], data: str) -> frozenset[tuple[str, str]]:
    """Return (term, group) of each estimate that reports on the same answers show."""
    releases = [each.to_release(Catalogue((), ())) for each in reports]
    return frozenset(
        (row.term, row.domain)
        for release in releases
        if release.data == data
        for table in release.tables
        if table.kind != "count"
        for row in table.rows
        if isinstance(row.cell, Shown)
    )


def _groups(findings: Sequence[Finding]) -> list[str]:
    return list(dict.fromkeys(finding.group for finding in findings))


def _check_same_counts(file: EarlierRelease, releases: Sequence[EarlierRelease]) -> None:
    known = known_counts([release for release in releases if release.data == file.data], "all")
    published: Mapping[str, Range] = known.get((file.data, ALL), {})
    for group, (low, high) in published.items():
        least, most = file.ranges.get(group, (low, high))
        if low > most or high < least:
            raise ContradictsReport(group)


def check_earlier_files(document: Mapping[str, Any], columns: Columns, earlier: Sequence[tuple[Any, Columns]]) -> None:
    """Refuse a file whose key variables differ from those of an earlier one of the wave, record by record.

    A reader can match records of two files by their answers, whatever their order and numbers. A value that is blank in
    one and shown in the other would then be disclosed.
    """
    kinds = {variable["name"]: variable["kind"] for variable in document["variables"]}
    for _, before in earlier:
        items = [name for name, kind in kinds.items() if kind == "item" and name in before]
        same = [name for name in items if np.array_equal(np.sort(columns[name]), np.sort(before[name]))]
        for name in (name for name, kind in kinds.items() if kind == "key"):
            if name not in before or not _alike(columns, before, [*same, name]):
                raise OtherKeysThanBefore(name)


def _alike(columns: Columns, before: Columns, names: Sequence[str]) -> bool:
    """Return whether two files hold the same records in these columns, in any order."""
    now, then = (np.sort(fingerprint([found[name] for name in names])) for found in (columns, before))
    return np.array_equal(now, then)
