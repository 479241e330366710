"""Weighting steps of a plan: how each is written, and how it is carried out by `analysis.weighting`."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from analysis.design import Design
from analysis.errors import listed
from analysis.plan.nodes import Node, Reader, by_name, choice, fields, flag, number, pair, text, texts, whole
from analysis.plan.plan import WeightingStep

CROSSED = " x "
Margins = dict[str, dict[str, float]]


def weighting_step(node: Node) -> WeightingStep | None:
    """One step: a mapping with the method as its only key."""
    names = node.names()
    if len(names) != 1 or names[0] not in READERS:
        node.refuse(f"one weighting step, such as {listed(READERS)}")
        return None
    method, body = names[0], node.child(names[0])
    before = len(node.problems)
    readers, required = READERS[method]
    options = fields(body, readers, required)
    if len(node.problems) > before:
        return None
    needed = NEEDED.get(method, ())
    if needed and not set(needed) & set(options):
        body.refuse(f"one of {listed(needed)}", f"only {listed(options)}" if options else "nothing")
        return None
    return WeightingStep(method, options)


def weighted(design: Design, step: WeightingStep) -> Design:
    """The design with one more step."""
    return STEPS[step.method](design, dict(step.options))


def _margins(options: dict[str, Any]) -> tuple[Any, ...]:
    """The margins of a step; ``sex x age`` is a crossing, and so are its levels."""
    from analysis.weighting import Margin

    given = [(Margin.of_shares, options.pop("shares", {})), (Margin.of_totals, options.pop("totals", {}))]
    margins = []
    for make, by_column in given:
        for name, levels in by_column.items():
            columns = tuple(name.split(CROSSED))
            one = len(columns) == 1
            values = {(level if one else tuple(level.split(CROSSED))): x for level, x in levels.items()}
            margins.append(make(name if one else columns, values))
    return tuple(margins)


def _rake(design: Design, options: dict[str, Any]) -> Design:
    from analysis.weighting import PopulationTargets, rake

    targets = PopulationTargets(_margins(options), options.pop("population", None))
    return rake(design, targets, **options)


def _poststratify(design: Design, options: dict[str, Any]) -> Design:
    from analysis.weighting import poststratify

    for margin in _margins(options):
        design = poststratify(design, margin)
    return design


def _calibrate(design: Design, options: dict[str, Any]) -> Design:
    from analysis.weighting import Amount, calibrate

    amounts = [Amount(total, column) for column, total in options.pop("amounts", {}).items()]
    population = options.pop("population", None)
    sizes = [] if population is None else [Amount(population)]
    return calibrate(design, [*sizes, *_margins(options), *amounts], **options)


def _nonresponse(design: Design, options: dict[str, Any]) -> Design:
    from analysis.weighting import nonresponse_classes, nonresponse_propensity

    responded = options.pop("responded")
    if "by" in options:
        return nonresponse_classes(design, responded, options["by"])
    return nonresponse_propensity(design, responded, options.pop("predictors"), **options)


def _trim(design: Design, options: dict[str, Any]) -> Design:
    from analysis.weighting import trim

    return trim(design, **options)


MARGINS: Mapping[str, Reader] = MappingProxyType(
    {"shares": by_name(by_name(number)), "totals": by_name(by_name(number))}
)
READERS: Mapping[str, tuple[Mapping[str, Reader], tuple[str, ...]]] = MappingProxyType(
    {
        "nonresponse": (
            {"responded": text, "by": texts, "predictors": texts, "weighted": flag, "classes": whole},
            ("responded",),
        ),
        "poststratify": (MARGINS, ()),
        "rake": (
            {
                **MARGINS,
                "population": number,
                "bounds": pair,
                "tolerance": number,
                "variance": choice("greg", "r-rake"),
            },
            (),
        ),
        "calibrate": (
            {
                **MARGINS,
                "amounts": by_name(number),
                "population": number,
                "distance": choice("linear", "raking", "logit"),
                "bounds": pair,
                "within_psu": flag,
                "tolerance": number,
            },
            (),
        ),
        "trim": ({"lower": number, "upper": number, "strict": flag}, ()),
    }
)
NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "nonresponse": ("by", "predictors"),
        "poststratify": ("shares", "totals"),
        "rake": ("shares", "totals"),
        "calibrate": ("shares", "totals", "amounts"),
        "trim": ("lower", "upper"),
    }
)
STEPS: Mapping[str, Callable[[Design, dict[str, Any]], Design]] = MappingProxyType(
    {
        "nonresponse": _nonresponse,
        "poststratify": _poststratify,
        "rake": _rake,
        "calibrate": _calibrate,
        "trim": _trim,
    }
)
