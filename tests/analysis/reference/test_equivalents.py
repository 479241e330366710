"""Each `analysis` cell of `docs/equivalents.md` runs, and those with a figure in the reference set agree with R."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.analysis.reference.cases import read_data
from tests.analysis.reference.designs import make_table

PAGE = Path(__file__).parents[3] / "docs" / "equivalents.md"
ROW = re.compile(r"^\| (?P<task>[^|]+) \|.*\| `(?P<code>[^`|]+)` \|$")
PARTS = PAGE.read_text(encoding="utf-8").split("## Where R goes its own way")


def cells() -> list[tuple[str, str]]:
    """Task and code of each row of the tables of tasks."""
    found = [ROW.match(line) for line in PARTS[0].splitlines()]
    return [(match["task"].strip(), match["code"]) for match in found if match]


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """The sample under the names that the page uses, after its imports; cells add `d`, `k` and `f`."""
    from analysis import Design

    data = read_data("trust_a.csv")
    data["wave"] = np.where(data["id"] % 2 == 0, "first", "second").astype(object)
    items = [f"q{k}" for k in range(1, 13)]
    x = make_table(data)
    answers = np.column_stack([6 - data[q] if q in ("q4", "q8") else data[q] for q in items]).astype(float)
    space: dict[str, Any] = {"np": np, "x": x, "items": items, "answers": answers}
    exec(re.search(r"```python\n(.*?)```", PARTS[0], re.S).group(1), space)  # type: ignore[union-attr]
    space["x"] = Frame(x)
    space["units"] = {"y": [1.0, 2.0, 5.0], "p": [0.2, 0.3, 0.5]}
    counts = {name: space["count"](Design.of(x, weights="w"), name) for name in ("sex", "age6")}
    space["totals"] = {
        name: {row.term.split("=")[1]: 548552 * row.value / found.values.sum() for row in found}
        for name, found in counts.items()
    }
    repeated = read_data("rep_rtrust_jkn.csv")
    space["r"] = {f"r{k}": values for k, values in enumerate(repeated.values())}
    known = ~np.isnan(data["q2"])
    space["answered"] = Design.of(x.rows_at(known), strata="stratum", psu="psu", weights="w", nest=True)
    for _, code in cells():
        if re.match(r"[a-z] = ", code):
            exec(code, space)
    return space


class Frame(dict[str, Any]):
    """The sample's columns by name, levels kept."""

    def __init__(self, table: Any) -> None:
        super().__init__(
            {name: table.factor(name) if not table.is_numeric(name) else table.numbers(name) for name in table.names}
        )

    def __getitem__(self, name: str) -> Any:
        factor = super().__getitem__(name)
        if isinstance(factor, np.ndarray):
            return factor
        return np.array([*factor.levels, None], object)[factor.codes]


def test_the_page_holds_a_cell_for_every_row() -> None:
    rows = [
        line
        for line in PARTS[0].splitlines()
        if line.startswith("| ") and "---" not in line and "| analysis |" not in line
    ]
    assert len(cells()) == len(rows) >= 50


@pytest.mark.parametrize(("task", "code"), cells(), ids=[task for task, _ in cells()])
def test_the_cell_of_a_task_runs(task: str, code: str, names: dict[str, Any]) -> None:
    space = dict(names)
    exec(f"found = ({code})" if not re.match(r"[a-z] = ", code) else f"{code}\nfound = {code[0]}", space)
    assert space["found"] is not None, task


OPTIONS = re.findall(r"\| `([a-z_]+)\(\.\.\., ([a-z]+)=\"([^\"]+)\"\)` \|", PARTS[1])


@pytest.mark.parametrize(("function", "option", "value"), OPTIONS)
def test_the_options_that_follow_r_exist(function: str, option: str, value: str, names: dict[str, Any]) -> None:
    calls = {
        "rake": lambda: names["rake"](
            names["d"], names["PopulationTargets"].of_totals(names["totals"]), **{option: value}
        ),
        "share": lambda: names["share"](names["d"], "contact", **{option: value}),
        "independence": lambda: names["independence"](names["d"], "voted", "eth", **{option: value}),
        "rank_test": lambda: names["rank_test"](names["d"], "income", "urban", **{option: value}),
    }
    assert calls[function]() is not None


def test_cells_give_the_figures_of_r(names: dict[str, Any]) -> None:
    """Numbers of the reference set, computed by R with the commands of the same rows."""
    run = lambda code: eval(code, dict(names))  # noqa: E731
    assert run('independence(d, "voted", "eth")').p_value == pytest.approx(0.11670172657045891, rel=1e-8)
    found = run('t_test(d, "income", "urban")')
    assert abs(found.estimate) == pytest.approx(431.81682625477396, rel=1e-8)
    assert run("d.df") == 48


def test_replicate_cell_centers_as_r_does_by_default(names: dict[str, Any]) -> None:
    """R's ``mse=FALSE``: squares around the mean of the replicates, not around the estimate."""
    code = dict(cells())["replicate weights of a file"]
    found = names["mean"](eval(code, dict(names)), "income")[0]
    income = names["d"].table.numbers("income")
    known = ~np.isnan(income)
    each = np.array([np.average(income[known], weights=weights[known]) for weights in names["r"].values()])
    assert found.se**2 == pytest.approx(((each - each.mean()) ** 2).sum(), rel=1e-9)
