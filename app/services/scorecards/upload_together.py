"""Check the figures of an upload together with those that are stored: parts against their whole, and companions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from app.services.scorecards.definitions import Definitions, Measure
from app.services.scorecards.uploaded_figure import (
    Numbers,
    RefusedMeasureRow,
    StoredFigure,
    UploadedFigure,
    WholeKey,
)

Part = tuple[str, str]  # breakdown, level


def find_bad_parts(
    figures: Sequence[UploadedFigure], definitions: Definitions, stored: StoredFigure
) -> Iterator[RefusedMeasureRow]:
    """Yield figures after which the levels of a breakdown have no whole, or a sum above it.

    A new whole is compared with the stored parts, and a new part with the stored whole and the other stored parts.
    """
    touched: dict[WholeKey, list[UploadedFigure]] = {}
    for figure in figures:
        touched.setdefault(figure.whole, []).append(figure)
    for whole, found in touched.items():
        measure = definitions.get(whole[1])
        numbers, parts = _numbers_after(whole, found, stored)
        for breakdown, levels in groupby(sorted(parts), key=lambda part: part[0]):
            line = next((each.line for each in found if each.breakdown == breakdown), found[0].line)
            sums = _sums([parts[part] for part in levels])
            yield from _compare(line, breakdown, sums, numbers, measure, whole[2])


def _numbers_after(
    whole: WholeKey, found: Sequence[UploadedFigure], stored: StoredFigure
) -> tuple[Numbers | None, Mapping[Part, Numbers]]:
    """Return the numbers of a whole and of its parts as they will be once the figures are stored."""
    numbers = stored.wholes.get(whole)
    parts = dict(stored.parts.get(whole, {}))
    for each in found:
        if not each.breakdown:
            numbers = None if each.withdrawn else each.numbers
        elif each.withdrawn:
            parts.pop(each.part, None)
        else:
            parts[each.part] = each.numbers
    return numbers, parts


def _sums(numbers: Sequence[Numbers]) -> Numbers:
    return math.fsum(each[0] for each in numbers), math.fsum(each[1] for each in numbers)


def _compare(
    line: int, breakdown: str, sums: Numbers, whole: Numbers | None, measure: Measure, period: str
) -> Iterator[RefusedMeasureRow]:
    if whole is None:
        yield RefusedMeasureRow(line, "no whole", f"expected {measure.id} of {period} as a whole before {breakdown}")
        return
    names = ("numerator",) if measure.kind == "mix" else ("numerator", "denominator")
    for name, part, most in zip(names, sums, whole, strict=False):
        if measure.is_part_of_whole and part > most:
            expected = f"expected parts of {breakdown} that add up to at most {most:g} in {name}"
            yield RefusedMeasureRow(line, "parts larger than the whole", f"{expected}, found {part:g}")
            return


def find_alone(
    figures: Sequence[UploadedFigure], definitions: Definitions, stored: StoredFigure
) -> Iterator[RefusedMeasureRow]:
    """Yield figures after which a measure would stand without the figure that it needs beside it."""
    whole = [each for each in figures if not each.breakdown]
    known = (set(stored.wholes) | {each.whole for each in whole}) - {each.whole for each in whole if each.withdrawn}
    needing = {needed: each.id for each in definitions.all.values() for needed in each.needs}
    for each in whole:
        agency, _, period = each.whole
        for needed in () if each.withdrawn else definitions.get(each.measure).needs:
            if (agency, needed, period) not in known:
                yield RefusedMeasureRow(
                    each.line,
                    "companion missing",
                    f"expected {needed} of {agency} for {period} in the same table or stored before, found none: "
                    f"{each.measure} is never published without it",
                )
        other = needing.get(each.measure)
        if each.withdrawn and other and (agency, other, period) in known:
            sentence = f"expected {other} of {agency} for {period} to be withdrawn too, found it alone"
            yield RefusedMeasureRow(each.line, "companion missing", sentence)
