"""Map a background question's codes to the groups of reports and to population shares."""

from analysis.disclosure.microdata.variables import Tells
from analysis.release.plan import KeyPlan
from analysis.report.study import NOT_IN_IT
from analysis.weighting import Margin, PopulationTargets

IN_IT = "yes"


def tells_of(key: KeyPlan) -> dict[tuple[str, str], Tells]:
    """Return (group, level) of the catalog -> its codes. Each of several possible answers is a group of yes and no."""
    if key.several is None:
        return {(key.name, str(code)): Tells(frozenset({code}), frozenset({code})) for code in key.codes}
    found: dict[tuple[str, str], Tells] = {}
    for code in key.codes:
        others = frozenset(key.codes) - {code}
        found[f"{key.name}_{code}", IN_IT] = Tells(frozenset({code}), frozenset({code, key.several}))
        found[f"{key.name}_{code}", NOT_IN_IT] = Tells(others, others | {key.several})
    return found


def population_shares(key: KeyPlan, targets: PopulationTargets | None) -> dict[int, float]:
    """Return code -> share of the population; empty where the population is not known for all codes.

    Where several answers are possible, the population table has "yes" shares. Their excess over one, from people in a
    second group, is taken from all groups in proportion.
    """
    margins = {margin.columns: margin for margin in targets.margins} if targets else {}
    if key.several is None:
        return _shares_of_levels(key, margins.get((key.name,)))
    yes: dict[int, float] = {}
    for code in key.codes:
        margin = margins.get((f"{key.name}_{code}",))
        if margin is not None:
            yes[code] = dict(zip(margin.levels, margin.values, strict=True)).get((IN_IT,), 0.0)
    whole = sum(yes.values())
    if len(yes) < len(key.codes) or whole <= 0:
        return {}
    second = max(whole - 1, 0.0)
    shares = {code: share * (1 - second) / whole for code, share in yes.items()}
    return shares | ({key.several: second} if second > 0 else {})


def _shares_of_levels(key: KeyPlan, margin: Margin | None) -> dict[int, float]:
    if margin is None:
        return {}
    known = {
        str(level[0]): value / sum(margin.values) for level, value in zip(margin.levels, margin.values, strict=True)
    }
    return {code: known[str(code)] for code in key.codes if str(code) in known}
