"""Trends over waves in a plan."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from analysis.plan.codes import code_text
from analysis.plan.entries import EntryKind, EntryTable, mask_of
from analysis.plan.nodes import by_name, level, number, text
from analysis.plan.plan import Entry
from analysis.plan.sample import PlanSample


def _trend(sample: PlanSample, entry: Entry) -> list[EntryTable]:
    from analysis.trends import wave_trend

    options: dict[str, Any] = dict(entry.options)
    waves = options.pop("waves")
    if "times" in options:
        names = {code_text(code): code for code in sample.design.table.factor(waves).levels}
        options["times"] = {names.get(name, name): time for name, time in options["times"].items()}
    found = wave_trend(sample.design, entry.value, waves, where=mask_of(sample, entry), **options)
    test = (
        f"all waves equal: F {found.no_change_f:.4g} on {found.no_change_df} and {found.df}, p {found.no_change_p:.4g}"
    )
    return [
        EntryTable(found.waves.to_rows(), "waves"),
        EntryTable(found.to_rows(), "contrasts", (found.sentence, test)),
    ]


KINDS: Mapping[str, EntryKind] = MappingProxyType(
    {
        "trend": EntryKind(
            text,
            _trend,
            {"waves": text, "times": by_name(number), "broken_at": number, "level": level},
            ("waves",),
        )
    }
)
EXAMPLE = "{trend: trust, waves: wave}"
