"""Plans before the field in a plan: sizes, power, allocations. They need no data."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass
from types import MappingProxyType
from typing import Any

from analysis.plan.entries import EntryKind, EntryTable
from analysis.plan.nodes import Node, Reader, by_name, choice, fields, flag, number, numbers
from analysis.plan.plan import Entry
from analysis.results import Tabular


def _numbers(names: str) -> dict[str, Reader]:
    return dict.fromkeys(names.split(), number)


def _mapping(readers: Mapping[str, Reader], required: tuple[str, ...] = ()) -> Reader:
    return lambda node: fields(node, readers, required)


def _row(found: Any) -> list[dict[str, Any]]:
    """The result as rows."""
    if isinstance(found, Tabular):
        return found.to_rows()
    return [asdict(found) if is_dataclass(found) and not isinstance(found, type) else dict(found)]


def _named(run: Callable[..., Any]) -> Callable[[Entry], list[EntryTable]]:
    """Answer with a function of `analysis` that takes the values by name."""
    return lambda entry: [EntryTable(_row(run(**entry.value)))]


def _deff(**given: float) -> dict[str, float]:
    from analysis.planning import planned_deff

    found = planned_deff(**given)
    return {"deff": found.deff, **asdict(found)}


def _allocate(*, strata: Mapping[str, Mapping[str, Any]], method: str = "proportional", **given: Any) -> Any:
    from analysis.planning import Stratum, allocate

    return allocate([Stratum(name, **values) for name, values in strata.items()], method, **given)


def _precision_table(*, groups: Mapping[str, Mapping[str, Any]], **given: Any) -> Any:
    from analysis.planning import PlannedGroup, precision_table

    return precision_table([PlannedGroup(name, **values) for name, values in groups.items()], **given)


def _invitations(*, completes: Mapping[str, float], response_rates: Mapping[str, float], **given: Any) -> Any:
    from analysis.planning import invitations

    return invitations(completes, response_rates, **given)


def _of(name: str) -> Callable[..., Any]:
    """A function of `analysis.planning`, imported when it is called."""

    def call(**given: Any) -> Any:
        import analysis.planning

        return getattr(analysis.planning, name)(**given)

    return call


def _several_numbers(node: Node) -> tuple[float, ...]:
    return numbers(node)


STRATUM = _mapping(_numbers("population sd cost"), ("population",))
GROUP = _mapping({**_numbers("n population deff"), "whole": flag}, ("n",))
SHARE_TESTS = _numbers("p1 p2 n1 n2 deff1 deff2 overlap rho alpha tails power")
MEAN_TESTS = _numbers("difference sd1 n1 n2 sd2 deff1 deff2 overlap rho alpha tails power")
ALLOCATIONS = ("equal", "proportional", "power", "neyman", "cost_n", "cost_budget", "cost_variance")
# kind -> its keys, its required keys, the function that takes them by name
FUNCTIONS: Mapping[str, tuple[Mapping[str, Reader], tuple[str, ...], Callable[..., Any]]] = MappingProxyType(
    {
        "sample_size": (
            {
                **_numbers("share sd margin cv level deff population response_rate eligible_rate"),
                "corrected": flag,
            },
            (),
            _of("sample_size"),
        ),
        "precision": ({**_numbers("n share sd level deff population"), "corrected": flag}, ("n",), _of("precision")),
        "design_effect": (_numbers("cluster_size icc cv_cluster_size cv_weights"), (), _deff),
        "power_of_shares": (
            {**SHARE_TESTS, "method": choice("unpooled", "pooled")},
            ("p1", "p2", "n1", "n2"),
            _of("power_of_shares"),
        ),
        "power_of_means": (
            {**MEAN_TESTS, "method": choice("normal", "t")},
            ("difference", "sd1", "n1", "n2"),
            _of("power_of_means"),
        ),
        "power_of_trend": (
            {"times": _several_numbers, "errors": _several_numbers, **_numbers("slope alpha tails power")},
            ("times", "errors", "slope"),
            _of("power_of_trend"),
        ),
        "size_for_shares": (
            {**_numbers("p1 p2 power alpha deff ratio"), "method": choice("unpooled", "pooled")},
            ("p1", "p2"),
            _of("size_for_shares"),
        ),
        "size_for_means": (
            _numbers("difference sd1 sd2 power alpha deff ratio overlap_share rho"),
            ("difference", "sd1"),
            _of("size_for_means"),
        ),
        "detectable_shares": (
            _numbers("p1 n1 n2 deff1 deff2 power alpha tails"),
            ("p1", "n1", "n2"),
            _of("detectable_shares"),
        ),
        "allocate": (
            {
                "strata": by_name(STRATUM),
                "method": choice(*ALLOCATIONS),
                **_numbers("n budget target_se minimum power fixed_cost"),
            },
            ("strata",),
            _allocate,
        ),
        "two_stage": (
            _numbers("cost_psu cost_interview icc budget sd"),
            ("cost_psu", "cost_interview", "icc", "budget"),
            _of("two_stage_plan"),
        ),
        "precision_table": (
            {"groups": by_name(GROUP), "shares": _several_numbers, **_numbers("sd level power alpha")},
            ("groups", "sd"),
            _precision_table,
        ),
        "invitations": (
            {"completes": by_name(number), "response_rates": by_name(number), "eligible_rate": number},
            ("completes", "response_rates"),
            _invitations,
        ),
    }
)
KINDS: Mapping[str, EntryKind] = MappingProxyType(
    {name: EntryKind(_mapping(keys, required), _named(run)) for name, (keys, required, run) in FUNCTIONS.items()}
)
EXAMPLE = "{sample_size: {share: 0.5, margin: 0.05}}"
