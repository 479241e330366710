"""The questions of a plan: estimates, gaps, and comparisons with a population."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, get_args

from analysis.errors import listed
from analysis.estimation.quantile_rules import RULES
from analysis.estimation.quantiles import INTERVALS
from analysis.frames import Condition
from analysis.intervals import SHARE_METHODS
from analysis.multiplicity import METHODS
from analysis.plan.conditions import condition, is_condition
from analysis.plan.nodes import (
    Node,
    Reader,
    by_name,
    choice,
    fields,
    flag,
    level,
    number,
    numbers,
    several,
    text,
    texts,
    whole,
)
from analysis.plan.plan import EstimatePlan, GapPlan, RepresentationPlan, StatisticName, TargetSource

STATISTICS: tuple[StatisticName, ...] = get_args(StatisticName)
SYMMETRIC = ("t", "normal")
DEFF = ("without_replacement", "with_replacement")


def _deff(node: Node) -> str | None:
    """The design effect against sampling with or without replacement; ``true`` is with."""
    return DEFF[1] if node.value is True else choice(*DEFF)(node)


def _probabilities(node: Node) -> tuple[float, ...]:
    """At least one number."""
    found = numbers(node)
    if not found:
        node.refuse("at least one probability, such as 0.5")
    return found


COMMON: Mapping[str, Reader] = MappingProxyType(
    {"by": texts, "where": several(condition), "title": text, "level": level}
)
OPTIONS: Mapping[str, Mapping[str, Reader]] = MappingProxyType(
    {
        "mean": {"interval": choice(*SYMMETRIC), "deff": _deff},
        "total": {"interval": choice(*SYMMETRIC), "deff": _deff},
        "share": {"interval": choice(*SYMMETRIC, *SHARE_METHODS), "levels": texts, "deff": _deff},
        "count": {"interval": choice(*SYMMETRIC), "levels": texts, "deff": _deff},
        "ratio": {"interval": choice(*SYMMETRIC)},
        "quantile": {"interval": choice(*INTERVALS), "p": _probabilities, "rule": choice(*RULES)},
    }
)
GAP_OPTIONS: Mapping[str, Reader] = MappingProxyType(
    {"adjust": choice(*METHODS, "none"), "level": level, "df": choice("domain", "design"), "order": texts}
)


def estimate(node: Node) -> EstimatePlan | None:
    """One estimate, such as ``{mean: trust, by: age}``."""
    statistic = _statistic(node)
    if statistic is None:
        return None
    found = fields(node, {statistic: texts, **COMMON, **OPTIONS[statistic]})
    return _estimate(node, statistic, found)


def _statistic(node: Node) -> StatisticName | None:
    named = [name for name in STATISTICS if name in node.names()]
    if len(named) == 1:
        return named[0]
    found = f"{listed(named)} together" if named else f"{listed(node.names())}" if node.names() else None
    node.refuse(f"what to estimate, one of {listed(STATISTICS)}", found)
    return None


def _estimate(node: Node, statistic: StatisticName, found: dict[str, Any]) -> EstimatePlan | None:
    columns = found.pop(statistic) or ()
    meets: tuple[Condition, ...] = ()
    if statistic == "share" and columns and all(map(is_condition, columns)):
        meets = _known(several(condition)(node.child(statistic)))
        columns = (" and ".join(columns),)
    wanted = {"ratio": 2, "mean": len(columns) or 1}.get(statistic, 1)
    if len(columns) != wanted:
        child = node.child(statistic)
        child.refuse("two columns, [numerator, denominator]" if statistic == "ratio" else "one column")
        return None
    given = {key: found.pop(key, ()) or () for key in ("by", "where", "levels")}
    title = found.pop("title", None) or ""
    options = {key: value for key, value in found.items() if value is not None}
    return EstimatePlan(statistic, columns, given["by"], _known(given["where"]), options, title, given["levels"], meets)


def _known(values: Any) -> tuple[Any, ...]:
    return tuple(value for value in values if value is not None)


def _contrast(node: Node) -> dict[str, float] | str | None:
    """Coefficients by label, or an expression."""
    return text(node) if isinstance(node.value, str) else by_name(number)(node)  # type: ignore[return-value]


WAYS: Mapping[str, Reader] = MappingProxyType(
    {"between": text, "against": choice("everyone"), "waves": text, "contrasts": by_name(_contrast)}
)


def gap(node: Node) -> GapPlan | None:
    """One table of gaps, such as ``{mean: trust, between: age}`` or ``{mean: trust, waves: year}``."""
    statistic = _statistic(node)
    if statistic is None:
        return None
    found = fields(node, {statistic: texts, **COMMON, **OPTIONS[statistic], **WAYS, **GAP_OPTIONS})
    chosen = {key: found.pop(key) for key in WAYS if key in found}
    if len(chosen) != 1:
        arrived = f"{listed(chosen)} together" if chosen else "none of them"
        node.refuse(f"what to compare, one of {listed(WAYS)}", arrived)
        return None
    options = {key: found.pop(key) for key in ("adjust", "df") if found.get(key) is not None}
    if found.get("level") is not None:
        options["level"] = found["level"]
    order = found.pop("order", ())
    if order and "waves" not in chosen:
        node.child("order").refuse("an order only beside 'waves'", f"'{next(iter(chosen))}'")
    of = _estimate(node, statistic, found)
    wanted = None if of is None else _gap(node, of, chosen, options)
    return None if wanted is None else replace(wanted, order=order)


def _gap(node: Node, of: EstimatePlan, chosen: dict[str, Any], options: dict[str, Any]) -> GapPlan | None:
    if chosen.get("against") and of.statistic not in ("mean", "share"):
        node.child("against").refuse("a mean or a share", f"a {of.statistic}")
        return None
    if (chosen.get("against") or chosen.get("contrasts")) and not of.by:
        node.refuse("the groups under 'by'", "none")
        return None
    grouping = chosen.get("between") or chosen.get("waves")
    if grouping and grouping not in of.by:
        of = replace(of, by=(*of.by, grouping))
    return GapPlan(
        of,
        chosen.get("between"),
        bool(chosen.get("against")),
        chosen.get("waves"),
        chosen.get("contrasts") or {},
        options,
    )


def representation(node: Node) -> RepresentationPlan | None:
    """One comparison with a population: of a column's shares, of counted staff, or of each row of the data."""
    before = len(node.problems)
    kinds = [key for key in ("share", "staff") if key in node.names()]
    if len(kinds) != 1:
        node.refuse(
            "either 'share' (of the respondents) or 'staff' (counted people)", listed(node.names()) or "nothing"
        )
        return None
    of_rows = "rows" in node.names()
    found = fields(node, OF_ROWS if of_rows else OF_WHOLE, ("residents",))
    if len(node.problems) > before:
        return None
    own, targets = found.get("staff") or {}, found["residents"]
    return RepresentationPlan(
        title=found.get("title") or "",
        share=found.get("share"),
        staff=own,
        unknown=found.get("unknown") or 0,
        residents=TargetSource() if of_rows else targets,
        rows=found.get("rows"),
        row_residents=targets if of_rows else {},
        n=found.get("n"),
        overlapping=bool(found.get("overlapping")),
        where=_known(found.get("where") or ()),
    )


def residents(node: Node) -> TargetSource | None:
    """``percent`` by group with ``moe``, or ``counts`` by group as [count, margin of error] with a ``total``."""
    found = fields(node, RESIDENTS)
    if ("percent" in found) == ("counts" in found):
        node.refuse("either 'percent' or 'counts' of the residents", listed(node.names()) or "nothing")
        return None
    from analysis.representation import se_from_moe

    percent, moes = found.get("percent") or {}, found.get("moe") or {}
    if any(moe is None or moe < 0 for moe in moes.values()):
        node.child("moe").refuse("margins of error of 0 or more", "a negative code, which stands for an unknown margin")
        return None
    if moes and set(moes) != set(percent):
        lacking = [group for group in percent if group not in moes] or [g for g in moes if g not in percent]
        node.child("moe").refuse(
            "a margin for each group of 'percent' (0 for an exact share)", f"other groups: {listed(lacking)}"
        )
        return None
    return TargetSource(
        percent=percent,
        se={group: se_from_moe(moe) for group, moe in moes.items() if moe is not None},
        counts=found.get("counts") or {},
        total=found.get("total"),
    )


def _count(node: Node) -> tuple[float, float] | None:
    """A count with its 90 % margin of error, or a count that is exact."""
    found = numbers(node)
    if len(found) in (1, 2):
        return found[0], (found[1] if len(found) == 2 else 0.0)
    node.refuse("a count with its margin of error, such as [203119, 5070]")
    return None


RESIDENTS: Mapping[str, Reader] = MappingProxyType(
    {"percent": by_name(number), "moe": by_name(number), "counts": by_name(_count), "total": _count}
)
OF_WHOLE: Mapping[str, Reader] = MappingProxyType(
    {
        "title": text,
        "share": text,
        "staff": by_name(number),
        "unknown": whole,
        "residents": residents,
        "where": several(condition),
    }
)
OF_ROWS: Mapping[str, Reader] = MappingProxyType(
    {
        **OF_WHOLE,
        "staff": by_name(text),
        "residents": by_name(text),
        "rows": text,
        "n": text,
        "overlapping": flag,
    }
)
