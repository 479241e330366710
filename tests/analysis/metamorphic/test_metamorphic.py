"""One sample, however it is held or written, gives one set of numbers and labels from every function."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.analysis.metamorphic.compare import (
    Tally,
    compare_files,
    compare_makes,
    compare_masks,
    compare_transforms,
    outcome,
)
from tests.analysis.metamorphic.functions import FUNCTIONS, QUICK, WHOLE
from tests.analysis.metamorphic.samples import Sample, make_sample, samples
from tests.drills import choose

SLOW = pytest.mark.slow
CALM = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


def few(examples: int) -> settings:
    """Samples come from a seed, so that a smaller one would say no more."""
    return settings(
        max_examples=examples, deadline=None, suppress_health_check=CALM, phases=(Phase.explicit, Phase.generate)
    )


@few(1)
@given(samples())
def test_every_make_of_frame_gives_the_same_numbers(sample: Sample) -> None:
    tally = Tally()
    compare_makes(sample, tally, QUICK)
    tally.check()


@few(3)
@given(samples())
def test_every_rewriting_keeps_the_numbers(sample: Sample) -> None:
    tally = Tally()
    compare_transforms(sample, tally, QUICK)
    tally.check()


@few(1)
@given(samples())
def test_every_file_format_gives_the_same_numbers(tmp_path: Path, sample: Sample) -> None:
    tally = Tally()
    compare_files(sample, tally, tmp_path, QUICK)
    tally.check()


@pytest.mark.slow
def test_every_make_and_format_gives_the_same_report(tmp_path: Path) -> None:
    tally = Tally()
    sample = make_sample(45, 3, 0.1)
    compare_makes(sample, tally, WHOLE)
    compare_files(sample, tally, tmp_path, WHOLE)
    compare_transforms(sample, tally, WHOLE)
    tally.check()
    assert min(tally.compared.values()) > 50


@few(10)
@given(samples())
def test_every_mask_filters_as_its_condition_does(sample: Sample) -> None:
    tally = Tally()
    compare_masks(sample, tally)
    tally.check()


@SLOW
@few(choose(4, 25))
@given(samples())
def test_many_samples_give_the_same_numbers(tmp_path: Path, sample: Sample) -> None:
    tally = Tally()
    for compare in (compare_makes, compare_transforms, compare_masks):
        compare(sample, tally)
    compare_files(sample, tally, tmp_path)
    tally.check()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_answers_a_plain_sample(function: str) -> None:
    sample = make_sample(45, 1, 0.1)
    answers, refusal = outcome(function, dict(sample.columns), sample)
    assert not refusal
    assert len(answers) > 1
