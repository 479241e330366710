"""The example plans on real surveys: the figures that other programs found, and what must never be said."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.command import main
from analysis.estimation import kish, mean
from analysis.frames import Condition
from analysis.gaps import changes_between, wave_changes
from analysis.plan import load_plan
from analysis.plan.sample import PlanSample, make_sample
from analysis.reading import load_data
from analysis.representation import Shares, SharesDoNotSum
from analysis.results import Estimate

EXAMPLES = Path(__file__).parents[3] / "surveys" / "examples"
Rows = list[dict[str, Any]]


@pytest.fixture
def tables(shared: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command on an example plan; its tables by title."""

    def run(command: str, plan: str) -> dict[str, Rows]:
        assert main([command, str(EXAMPLES / f"{plan}.yaml"), "--format", "json"]) == 0
        return {s["title"]: s["rows"] for s in json.loads(capsys.readouterr().out)["sections"]}

    return run


def sample_of(plan: str) -> PlanSample:
    return make_sample(load_plan(EXAMPLES / f"{plan}.yaml"))


def references(shared: Path, folder: str) -> dict[str, dict[str, str]]:
    text = (shared / "data" / folder / "reference_values.csv").read_text(encoding="utf-8")
    return {row["quantity"]: row for row in csv.DictReader(io.StringIO(text))}


def test_the_police_index_of_kansas_city_is_51_32(tables: Any, shared: Path) -> None:
    (row,) = tables("index", "kcmo")["Index police"]
    known = references(shared, "kcmo_resident_survey_2021_22")
    assert row["estimate"] == pytest.approx(51.32352941, rel=1e-9)
    assert row["estimate"] == pytest.approx(float(known["police index mean both waves, correct handling"]["estimate"]))
    assert row["n"] == 1853
    wrong = next(float(value["estimate"]) for name, value in known.items() if name.startswith("missing-as-zero"))
    assert abs(row["estimate"] - wrong) > 6


def test_each_wave_of_kansas_city_has_its_known_mean_and_error(tables: Any, shared: Path) -> None:
    known = references(shared, "kcmo_resident_survey_2021_22")
    rows = tables("index", "kcmo")["Index police by wave"]
    for row, wave in zip(rows, ("1QSEP2021", "3QMAR2022"), strict=True):
        expected = known[f"police index mean, wave {wave}"]
        assert row["estimate"] == pytest.approx(float(expected["estimate"]), rel=1e-9)
        assert row["se"] == pytest.approx(float(expected["se"]), rel=5e-4)  # R took each wave for a sample of its own
        assert row["n"] == int(expected["n"])


def test_a_fall_of_two_points_in_kansas_city_is_no_clear_change(tables: Any) -> None:
    (change,) = tables("gaps", "kcmo")["Change of the police index between waves"]
    assert round(change["difference"], 2) == -1.96
    assert round(change["se"], 2) == 1.08
    assert change["low"] < 0 < change["high"]
    assert change["verdict"] == "no clear change"


def test_the_waves_of_kansas_city_compare_alike_as_two_samples(shared: Path) -> None:
    design = sample_of("kcmo").design
    both = wave_changes(mean(design, "police", by="wave"), "wave")[0]
    first, second = (mean(design, "police", where=Condition("wave", "==", w)) for w in ("1QSEP2021", "3QMAR2022"))
    apart = changes_between(first, second)[0]
    assert apart.value == pytest.approx(both.value)
    assert apart.se == pytest.approx(both.se, rel=1e-9)


def test_score_is_missing_without_answers(shared: Path) -> None:
    scores = sample_of("kcmo").scores
    assert scores is not None
    silent = scores.answered == 0
    assert silent.sum() == 64
    assert np.isnan(scores.values[silent]).all()
    assert not np.isnan(scores.values[scores.answered >= 3]).any()
    assert np.isnan(scores.values[scores.answered < 3]).all()


def test_the_police_items_hang_together_as_known(tables: Any, shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["index", str(EXAMPLES / "kcmo.yaml")])
    assert "alpha 0.8805" in capsys.readouterr().out


def test_reported_violent_crime_is_45_65_percent(tables: Any, shared: Path) -> None:
    rows = tables("estimate", "ncvs")["Violent victimizations, reported or not"]
    row = next(row for row in rows if row["term"] == "reported=reported")
    known = references(shared, "ncvs_2021_reporting")
    expected = next(value for name, value in known.items() if name.startswith("share of violent"))
    assert row["estimate"] == pytest.approx(float(expected["estimate"]), rel=1e-9)
    assert row["se"] == pytest.approx(float(expected["se"]), rel=1e-9)
    assert (round(100 * row["estimate"], 2), round(100 * row["se"], 2)) == (45.65, 1.97)
    assert row["n"] == 1790
    assert sample_of("ncvs").design.df == 169


def test_the_number_of_violent_crimes_is_known(tables: Any, shared: Path) -> None:
    (row,) = tables("estimate", "ncvs")["Violent victimizations in the year"]
    expected = references(shared, "ncvs_2021_reporting")["total violent victimizations"]
    assert row["estimate"] == pytest.approx(float(expected["estimate"]), rel=1e-9)
    assert row["se"] == pytest.approx(float(expected["se"]), rel=1e-4)  # the rule of R 4.1 for one PSU, not of 4.5


def test_trust_in_government_has_known_shares_and_intervals(tables: Any, shared: Path) -> None:
    known = references(shared, "anes_2020_trust")
    result = tables("estimate", "anes")
    rows = {row["term"]: row for row in result["How often can the government be trusted"]}
    score = result["Trust score, with its design effect"][0]
    pairs = {
        "P(trust_government=Always)": rows["trust_government=Always"],
        "P(trust_government=Some of the time)": rows["trust_government=Some of the time"],
        "mean POMP score trust_government (100=Always,0=Never)": score,
    }
    for name, row in pairs.items():
        expected = known[name]
        for ours, theirs in (("estimate", "estimate"), ("se", "se"), ("low", "ci_low"), ("high", "ci_high")):
            assert row[ours] == pytest.approx(float(expected[theirs]), rel=1e-8)
        assert row["n"] == int(expected["n"])


def test_the_design_effect_of_the_weights_is_known(shared: Path) -> None:
    known = references(shared, "anes_2020_trust")["Kish design effect of weights n*sum(w^2)/sum(w)^2"]
    assert kish(sample_of("anes").design.weights).design_effect == pytest.approx(float(known["estimate"]), rel=1e-9)


def test_always_is_100_on_a_reversed_scale(shared: Path) -> None:
    sample = sample_of("anes")
    always = sample.design.table.numbers("trust_government_code") == 1
    assert (sample.design.table.numbers("trust")[always] == 100).all()


def test_the_published_match_of_343_cities_is_rebuilt(tables: Any, shared: Path) -> None:
    rows = tables("gaps", "lemas")["Overlap of police officers and residents"]
    table = load_data(shared / "data" / "lemas_communities_1990" / "city_police_composition.csv").table
    published = table.numbers("RacialMatchCommPol")
    ours = np.array([row["overlap"] for row in rows])
    assert len(ours) == 343
    assert (np.abs(ours - published) <= 0.0100001).sum() == 343


def test_groups_that_sum_to_106_are_refused_with_the_sum(shared: Path, tmp_path: Path, capsys: Any) -> None:
    text = (EXAMPLES / "lemas.yaml").read_text(encoding="utf-8").replace("    overlapping: true\n", "")
    source = shared / "data" / "lemas_communities_1990" / "city_police_composition.csv"
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    assert main(["gaps", str(tmp_path / "plan.yaml"), "--data", str(source)]) == 2
    assert "expected shares that sum to 100 percent" in capsys.readouterr().err
    with pytest.raises(SharesDoNotSum, match=r"but they sum to 106\.0"):
        Shares.of_percent({"White": 64.0, "Black": 30.0, "Hispanic": 12.0})


def test_the_census_example_has_a_margin_of_0_0080(tables: Any) -> None:
    rows = tables("gaps", "acs")["Census worked example (share 0.3222, margin of error 0.0080)"]
    row = next(row for row in rows if row["group"] == "group")
    assert round(row["residents_percent"] / 100, 4) == 0.3222
    assert round(row["moe90"] / 100, 4) == 0.0080


def test_raked_weights_meet_margins_and_are_near_published_ones(shared: Path) -> None:
    design = sample_of("anes_weights").design
    factor = design.table.factor("education")
    sums = np.bincount(factor.codes, weights=design.weights)
    shares = dict(zip(factor.levels, sums / sums.sum(), strict=True))
    assert shares["Graduate"] == pytest.approx(0.1234, abs=1e-4)
    assert [step.method for step in design.record] == ["rake", "trim"]


@pytest.mark.parametrize("plan", ["kcmo", "anes", "ncvs", "lemas", "acs", "anes_weights"])
@pytest.mark.parametrize("form", ["table", "csv"])
def test_every_example_answers_its_question(shared: Path, plan: str, form: str, capsys: Any) -> None:
    wanted = load_plan(EXAMPLES / f"{plan}.yaml")
    commands = {
        "estimate": wanted.estimates,
        "index": wanted.index,
        "gaps": wanted.gaps or wanted.representation,
    }
    for command, asked in commands.items():
        if asked:
            assert main([command, str(EXAMPLES / f"{plan}.yaml"), "--format", form]) == 0
            assert capsys.readouterr().out


def test_every_figure_of_the_examples_is_inside_its_interval(tables: Any) -> None:
    for plan in ("kcmo", "anes", "ncvs"):
        for rows in tables("estimate", plan).values():
            for row in rows:
                if row["low"] is not None:
                    assert row["low"] - 1e-9 <= row["estimate"] <= row["high"] + 1e-9


def test_results_are_values_of_a_known_type(shared: Path) -> None:
    assert isinstance(mean(sample_of("kcmo").design, "police")[0], Estimate)
