"""A report lists the comparisons that it counts, and says how their intervals and verdicts are meant."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest

from analysis.report import analyse
from app.web.reports.composition import drivers_part
from app.web.reports.figure_methods import recipes
from app.web.reports.index_figures import changes_part
from app.web.reports.method_box import method_box
from app.web.reports.phrasing import report_phrasing
from app.web.reports.published_document import read_document
from app.web.reports.row_writer import RowWriter
from app.web.reports.summary import list_comparisons
from app.web.reports.verdicts import AMONG_ALL, TOGETHER
from tests.truth.city import GAPS, draw_letters, make_city, make_plan

NUMBERS = re.compile(r"looked at ([\d,]+) comparisons?\. ([\d,]+) of them")


@cache
def writer_of_city() -> RowWriter:
    """Return the writer of an address sample with a survey round before it, whose comparisons were judged."""
    chance = np.random.default_rng(41)
    city = make_city(GAPS, chance)
    before, now = (draw_letters(city, 2000, chance) for _ in range(2))
    contents = read_document(analyse([now], make_plan(city), data="now", before=[before]).document)
    return RowWriter(contents, contents.sources[0], report_phrasing("en", {}))


def counted(writer: RowWriter) -> tuple[int, int]:
    found = [NUMBERS.search(line) for line in list_comparisons(writer)]
    pairs = [(int(each[1].replace(",", "")), int(each[2].replace(",", ""))) for each in found if each]
    assert len(pairs) == len(found) > 2
    return sum(looked for looked, _ in pairs), sum(clear for _, clear in pairs)


def test_listed_comparisons_add_up_to_those_counted() -> None:
    writer = writer_of_city()
    facts = writer.source.facts
    assert counted(writer) == (facts["compared"], facts["clear"])
    lines = {each.name: each.paragraphs for each in method_box(writer)}
    assert set(list_comparisons(writer)) <= set(lines["Processing and quality"])


@pytest.mark.parametrize("make", [changes_part, drivers_part])
def test_joint_intervals_are_no_single_margins(make: object) -> None:
    part = make(writer_of_city())  # type: ignore[operator]
    assert "Simultaneous interval (95%)" in part.figures[0].columns
    assert "Margin of sampling error (95%)" not in part.figures[0].columns


def test_methods_of_judged_figures_name_joint_intervals() -> None:
    writer = writer_of_city()
    made = {each.id: each.paragraphs for each in recipes(writer)}
    for name in ("changes", "drivers", "groups", "agencies"):
        assert {TOGETHER, AMONG_ALL} <= set(made[writer.how(name)])
    assert TOGETHER not in made[writer.how("index")]
