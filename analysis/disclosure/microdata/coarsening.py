"""Which steps of the hierarchies a file takes: as little coarser as leaves few records for suppression."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.microdata.classes import Classes, cells_of
from analysis.disclosure.microdata.recoding import detail_lost
from analysis.disclosure.microdata.rules import MicrodataRules
from analysis.disclosure.microdata.variables import AGENCY, SOURCE, Variable

Codes = NDArray[np.int16]

SELECTIVE = 3.0  # a value blanked in some records only misleads more than the same detail merged away in all


@dataclass(frozen=True, slots=True)
class Coarsening:
    """Hold the chosen steps.

    Parameters
    ----------
    steps
        Key variable -> its step.
    lost
        Key variable -> part (0-1) of its entropy that is lost.
    left
        Part (0-1) of the records in combinations that are still too small.
    cost
        Sum of the parts lost, weighted by importance, and of `left`.
    """

    steps: Mapping[str, int]
    lost: Mapping[str, float]
    left: float
    cost: float


def rank_steps(classes: Classes, variables: Sequence[Variable], rules: MicrodataRules) -> list[Coarsening]:
    """Rank steps: first those that lose least detail and leave at most `most_for_suppression` in small combinations.

    Detail is entropy; a variable that is declared earlier counts more, and records left for suppression count too.
    Where no steps suffice, those that leave least come first.

    Parameters
    ----------
    classes
        Combinations of the key variables as they were asked, with the sample source.
    variables
        The key variables, most important first, the source aside.
    """
    costs = {variable.name: _costs(classes, variable) for variable in variables}
    found = []
    for steps in product(*(range(len(variable.steps) + 1) for variable in variables)):
        chosen = {variable.name: step for variable, step in zip(variables, steps, strict=True)}
        lost = {name: costs[name][step] for name, step in chosen.items()}
        left = _left(classes, variables, chosen, rules.k)
        cost = sum(loss * (1 - k / len(variables)) for k, loss in enumerate(lost.values())) + SELECTIVE * left
        found.append((max(left, rules.most_for_suppression), cost, steps, Coarsening(chosen, lost, left, cost)))
    return [each[3] for each in sorted(found, key=lambda each: each[:3])]


def _costs(classes: Classes, variable: Variable) -> list[float]:
    held = classes.keys[variable.name]
    counts = [float(classes.sizes[held == code].sum()) for code in variable.codes]
    place = {code: k for k, code in enumerate(variable.codes)}
    levels = (variable.hierarchy.levels(step).values() for step in range(len(variable.steps) + 1))
    return [detail_lost(counts, [[place[code] for code in group] for group in groups]) for groups in levels]


def _left(classes: Classes, variables: Sequence[Variable], steps: Mapping[str, int], k: int) -> float:
    columns: list[Codes] = [classes.keys[name] for name in (SOURCE, AGENCY) if name in classes.keys]
    columns += [v.hierarchy.released(classes.keys[v.name], steps[v.name]) for v in variables]
    cells = cells_of(columns)
    sizes = np.bincount(cells.codes, weights=classes.sizes, minlength=cells.count)
    return float(sizes[sizes < k].sum() / sizes.sum())
