"""No published share, data set or scorecard shows how many people a group under ten has."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pytest

from analysis.disclosure import PublishedReport
from tests.attacks.disclosure.share_attack import SMALL, Question, Recovered, read_questions, solve, with_file
from tests.attacks.disclosure.small_waves import MEASURES, SEVERAL, SmallWave, make_small_wave
from tests.drills import FIRST_SEED, choose

WAVES = choose(15, 200)
LEAST_VALUES = 5
NEAR = 1  # a guess counts when it is so close
ABOVE_BASELINE = 0.05


@dataclass(frozen=True)
class Attacked:
    """Hold a group under ten, its true size, and what the attack finds."""

    seed: int
    place: str
    size: int
    values: tuple[int, ...]
    guess: float


@lru_cache(maxsize=1)
def attacked_groups() -> tuple[Attacked, ...]:
    return tuple(found for seed in range(FIRST_SEED, FIRST_SEED + WAVES) for found in _attack(seed))


def _attack(seed: int) -> Iterator[Attacked]:
    wave = make_small_wave(seed)
    for question in _questions(wave):
        sizes = _true_sizes(wave, question)
        for recovered in solve(question):
            yield from _small(seed, question, recovered, *sizes[recovered.answer])


def _small(seed: int, question: Question, found: Recovered, k: int, n: int) -> Iterator[Attacked]:
    if not found.values:
        return
    place = f"{question.domain}: {found.answer}"
    assert k in found.values, (seed, place, k, n, found.values, question)
    if k < SMALL:
        yield Attacked(seed, place, k, found.values, found.guess)
    if n - k < SMALL:
        yield Attacked(seed, f"{place}, all others", n - k, found.others, n - found.guess)


def _questions(wave: SmallWave) -> Iterator[Question]:
    equal = frozenset(sample.source for sample in wave.samples) if wave.plan.targets is None else frozenset()
    for question in read_questions(wave.report.document, equal):
        yield with_file(question, wave.data.columns, wave.data.document) if wave.data is not None else question
    for unit in wave.scorecard.document["units"]:
        yield from read_questions({"sections": [{"tables": unit["tables"]}]}, frozenset({"shares"}))


def _true_sizes(wave: SmallWave, question: Question) -> dict[str, tuple[int, int]]:
    """Return the true number of people of each answer, and of all who answered."""
    if question.domain == "everyone":
        return {
            name: (int(wave.partners[:, MEASURES.index(name)].sum()), len(wave.partners)) for name in question.answers
        }
    sample = next(each for each in wave.samples if question.domain.startswith(f"source={each.source}"))
    inside = np.ones(sample.table.rows, bool)
    if "agency=" in question.domain:
        agency = question.domain.rpartition("agency=")[2]
        factor = sample.table.factor("agency")
        inside = factor.codes == list(factor.levels).index(agency)
    return {answer: _count(sample.table, answer, inside) for answer in question.answers}


def _count(table: object, answer: str, inside: np.ndarray) -> tuple[int, int]:
    name, _, level = answer.partition("=")
    name = name.removesuffix(":answer")
    name = name.upper() if name in ("age", "gender", "area") else name
    values = table.numbers(name)[inside]  # type: ignore[attr-defined]
    return int((values == int(level or 1)).sum()), int((values >= 0).sum())


def test_no_group_under_ten_has_fewer_than_five_sizes() -> None:
    found = attacked_groups()
    narrow = [each for each in found if len(each.values) < LEAST_VALUES]
    assert len(found) > WAVES
    assert not narrow, f"{len(narrow)} of {len(found)}: {narrow[:5]}"


def test_no_partner_under_ten_is_proven_present() -> None:
    """A data set shows that some people gave an answer; a share alone never does."""
    found = [each for each in attacked_groups() if each.place.startswith("everyone")]
    assert found
    assert not [each for each in found if each.size > 0 and min(each.values) >= 1]


def test_no_rare_sensitive_answer_is_proven_present() -> None:
    found = [each for each in attacked_groups() if f": {SEVERAL}_" in each.place and each.size > 0]
    proven = [each for each in found if min(each.values) >= 1 and not each.place.endswith("all others")]
    assert found
    assert not proven, f"{len(proven)} of {len(found)}: {proven[:5]}"


def test_a_guess_is_no_better_than_a_constant() -> None:
    """The mean over all solutions is the guess of greatest entropy; the baseline knows only that groups are small."""
    found = attacked_groups()
    sizes = np.array([each.size for each in found])
    guesses = np.rint([each.guess for each in found])
    baseline = max(float((abs(sizes - constant) <= NEAR).mean()) for constant in range(SMALL))
    assert float((abs(sizes - guesses) <= NEAR).mean()) <= baseline + ABOVE_BASELINE


def test_attack_finds_the_exact_share_of_a_careless_cell() -> None:
    cell = {"shown": True, "value": 8.0, "low": None, "high": None, "se": None, "n": 50, "n_effective": 50}
    cell |= {"flags": [], "step": 1.0}
    rows = [{"term": "in_planning", "base": "in_planning", "domain": "everyone", "cell": cell}]
    document = {"sections": [{"tables": [{"id": "shares", "kind": "share", "rows": rows}]}]}
    found = next(solve(next(read_questions(document, frozenset({"shares"})))))
    assert found.values == (4,)


@pytest.mark.parametrize("seed", [0])
def test_small_wave_is_the_same_each_time(seed: int) -> None:
    one, two = make_small_wave(seed), make_small_wave(seed)
    assert isinstance(one.report, PublishedReport)
    assert one.report.content == two.report.content
