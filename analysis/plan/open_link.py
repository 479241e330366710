"""People who chose to take part, in a plan: estimates of an open link beside those of the plan's own sample."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from analysis.plan.entries import EntryKind, EntryTable, mask_of
from analysis.plan.nodes import choice, flag, level, number, text, texts
from analysis.plan.plan import Entry
from analysis.plan.sample import PlanSample, prepared

METHODS = ("ipw", "ipw_N", "doubly_robust", "mass_imputation", "alp", "calibrated")


def _open_link(sample: PlanSample, entry: Entry) -> list[EntryTable]:
    from analysis.reading import load_data
    from analysis.volunteers import open_link_mean

    options: dict[str, Any] = dict(entry.options)
    path = sample.plan.path.parent / Path(options.pop("data"))
    terms, combined = list(options.pop("terms")), options.pop("combined", False)
    source = load_data(path, sample.plan.data.form if sample.plan.data else None)
    link, _, _ = prepared(sample.plan, source)
    found = open_link_mean(link, entry.value, terms, sample.design, **options)
    tables = [EntryTable(found.to_rows(), "open link", found.assumptions)]
    return [*tables, *([_combined(sample, entry, found)] if combined else [])]


def _combined(sample: PlanSample, entry: Entry, found: Any) -> EntryTable:
    from analysis.estimation import mean
    from analysis.volunteers import combine_sources

    own = mean(sample.design, entry.value, where=mask_of(sample, entry))[0]
    both = combine_sources(own.value, own.se**2, found.value, found.se**2)
    rows = [{"address_sample": own.value, "se": own.se, **row} for row in both.to_rows()]
    return EntryTable(rows, "combined", ("never the headline: the bias of the open link is estimated",))


KINDS: Mapping[str, EntryKind] = MappingProxyType(
    {
        "mean": EntryKind(
            text,
            _open_link,
            {
                "data": text,
                "terms": texts,
                "method": choice(*METHODS),
                "family": choice("linear", "logistic"),
                "population": number,
                "level": level,
                "combined": flag,
            },
            ("data", "terms"),
        )
    }
)
EXAMPLE = "{mean: trust, data: link.csv, terms: [age, sex]}"
