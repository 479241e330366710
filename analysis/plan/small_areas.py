"""Small areas in a plan: direct estimates of the sample, improved by a model over all areas."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from analysis.frames import Table
from analysis.plan.codes import code_text
from analysis.plan.entries import EntryKind, EntryTable, mask_of
from analysis.plan.nodes import choice, text, texts
from analysis.plan.plan import Entry
from analysis.plan.sample import PlanSample
from analysis.reading import load_data


def _areas(sample: PlanSample, options: dict[str, Any]) -> tuple[Table, list[str]]:
    """The file with one row for each area, and their names."""
    path = sample.plan.path.parent / Path(options.pop("areas"))
    table = load_data(path, sample.plan.data.form if sample.plan.data else None).table
    factor = table.factor(options["by"])
    return table, [code_text(factor.levels[code]) for code in factor.codes.tolist()]


def _of_areas(sample: PlanSample, entry: Entry) -> list[EntryTable]:
    from analysis.estimation import mean
    from analysis.small_areas import benchmark, fay_herriot

    options: dict[str, Any] = dict(entry.options)
    table, names = _areas(sample, options)
    by, terms, people = options.pop("by"), list(options.pop("terms")), options.pop("people", None)
    where = mask_of(sample, entry)
    direct = {code_text(row.group[0][1]): row for row in mean(sample.design, entry.value, by=by, where=where)}
    rows = [direct.get(name) for name in names]
    y = np.array([np.nan if row is None or not row.se > 0 else row.value for row in rows])
    variance = np.array([np.nan if row is None or not row.se > 0 else row.se**2 for row in rows])
    frame = table.with_columns({"direct estimate": y, "direct variance": variance})
    found = fay_herriot(frame, "direct estimate", "direct variance", terms, area=by, **options)
    shown = [{**row, "n": own.n if own else 0} for row, own in zip(found.to_rows(), rows, strict=True)]
    notes = [found.title()]
    if people is not None:
        whole = mean(sample.design, entry.value, where=where)[0].value
        agreed = benchmark(found.values.tolist(), table.numbers(people).tolist(), whole)
        shown = [{**row, "benchmarked": value} for row, value in zip(shown, agreed.tolist(), strict=True)]
        notes.append(f"benchmarked to the direct estimate of everyone, {whole:.4g}")
    return [EntryTable(shown, "areas", tuple(notes)), _coefficients(found)]


def _of_people(sample: PlanSample, entry: Entry) -> list[EntryTable]:
    from analysis.small_areas import unit_eblup

    options: dict[str, Any] = dict(entry.options)
    means, _ = _areas(sample, options)
    by, terms, people = options.pop("by"), list(options.pop("terms")), options.pop("people", None)
    keep = mask_of(sample, entry)
    table = sample.design.table if keep is None else sample.design.table.rows_at(keep)
    found = unit_eblup(table, entry.value, terms, by, means, sizes=people, **options)
    return [EntryTable(found.to_rows(), "areas", (found.title(), "unweighted answers")), _coefficients(found)]


def _of_cells(sample: PlanSample, entry: Entry) -> list[EntryTable]:
    """Answers yes (1) of a column by cell, fitted and weighted by the people of each cell."""
    from analysis.small_areas import multilevel_shares

    options: dict[str, Any] = dict(entry.options)
    cells = load_data(sample.plan.path.parent / Path(options.pop("cells")), None).table
    random = list(options.pop("random"))
    yes, asked = _counted(sample, entry, cells, list(dict.fromkeys([options["by"], *random])))
    found = multilevel_shares(
        cells.with_columns({"answers yes": yes, "answers": asked}),
        "answers yes",
        "answers",
        list(options.get("terms", ())),
        random,
        area=options["by"],
        population=options["people"],
    )
    rows = [{"area": name, "share": 100 * share} for name, share in found.shares.items()]
    return [EntryTable(rows, "areas", (found.title(), "percent; answers count unweighted"))]


def _counted(sample: PlanSample, entry: Entry, cells: Table, names: list[str]) -> tuple[Any, Any]:
    """(cells,) the answers yes and all answers of each cell of the population."""
    y = sample.design.table.numbers(entry.value)
    keep = mask_of(sample, entry)
    used = ~np.isnan(y) & (True if keep is None else keep)
    places = {key: k for k, key in enumerate(zip(*(_texts(cells, name) for name in names), strict=True))}
    own = np.array([places.get(key, -1) for key in zip(*(_texts(sample.design.table, n) for n in names), strict=True)])
    used &= own >= 0
    at = own[used]
    return np.bincount(at, y[used], len(places)), np.bincount(at, minlength=len(places)).astype(np.float64)


def _texts(table: Table, name: str) -> list[str]:
    factor = table.factor(name)
    levels = [*map(code_text, factor.levels), ""]
    return [levels[code] for code in factor.codes.tolist()]


def _coefficients(found: Any) -> EntryTable:
    return EntryTable([{"term": c.term, "estimate": c.value, "se": c.se} for c in found.coefficients], "coefficients")


KINDS: Mapping[str, EntryKind] = MappingProxyType(
    {
        "areas_of": EntryKind(
            text,
            _of_areas,
            {
                "by": text,
                "areas": text,
                "terms": texts,
                "people": text,
                "method": choice("REML", "ML", "FH", "PR"),
            },
            ("by", "areas", "terms"),
        ),
        "people_of": EntryKind(
            text,
            _of_people,
            {"by": text, "areas": text, "terms": texts, "people": text, "method": choice("REML", "ML")},
            ("by", "areas", "terms"),
        ),
        "share_of": EntryKind(
            text,
            _of_cells,
            {"by": text, "cells": text, "terms": texts, "random": texts, "people": text},
            ("by", "cells", "random", "people"),
        ),
    }
)
EXAMPLE = "{areas_of: trust, by: district, areas: areas.csv, terms: [poverty]}"
