"""Print how often published reports of a simulated city make a false claim: ``make truth ROUNDS=500``."""

import argparse
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np

from tests.truth.city import GAPS, NOTHING
from tests.truth.rounds import WITHHELD, Claim, run_letters, run_volunteers

Rounds = Sequence[tuple[Claim, ...]]


def main() -> None:
    """Run all rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--first", type=int, default=0, help="the first seed; figures on new seeds need a new one")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    with ProcessPoolExecutor(asked.workers) as pool:
        seeds = range(asked.first, asked.first + asked.rounds)
        print_null(_run(pool, partial(run_letters, NOTHING), seeds))
        print_gaps(_run(pool, partial(run_letters, GAPS, with_withheld=True), seeds))
        print_volunteers(_run(pool, run_volunteers, seeds[: max(asked.rounds // 5, 1)]))


def _run(pool: ProcessPoolExecutor, run: Callable[[int], tuple[Claim, ...]], seeds: range) -> Rounds:
    return list(pool.map(run, seeds))


def print_null(rounds: Rounds) -> None:
    """No true difference anywhere."""
    print(f"no true difference, {len(rounds)} reports, {np.mean([len(each) for each in rounds]):.0f} comparisons each")
    _share("reports with any false claim (at most 10 %)", [any(c.is_false for c in each) for each in rounds])
    _share(
        "summaries with any false claim (at most 5 %)", [any(c.is_false and c.in_summary for c in r) for r in rounds]
    )
    missed: dict[str, list[bool]] = {}
    for each in rounds:
        for question in {claim.question for claim in each}:
            own = [not claim.low <= claim.truth <= claim.high for claim in each if claim.question == question]
            missed.setdefault(question, []).append(any(own))
    _share("questions with an interval that misses (5 % ± 2 %)", [x for found in missed.values() for x in found])
    for question in sorted(missed, key=lambda name: -np.mean(missed[name]))[:5]:
        _share(f"  most of all: {question}", missed[question])


def print_gaps(rounds: Rounds) -> None:
    """Planted gaps of 6 to 10 points."""
    print(f"planted gaps, {len(rounds)} reports")
    every = [claim for each in rounds for claim in each if claim.is_planted]
    planted = [claim for claim in every if claim.verdict != WITHHELD]
    _share("planted gaps that are withheld", [c.verdict == WITHHELD for c in every])
    _share("planted gaps that are found, of all", [c.is_clear and not c.has_wrong_sign for c in every])
    _share(
        "planted gaps that are found, of those shown (at least 40 %)",
        [c.is_clear and not c.has_wrong_sign for c in planted],
    )
    _share("planted gaps called the opposite (at most 1 %)", [c.has_wrong_sign for c in planted])
    parts = [
        np.mean([c.is_false for c in each if c.is_clear]) if any(c.is_clear for c in each) else 0.0 for each in rounds
    ]
    _share("false among the clear claims, mean over reports (at most 5 %)", parts)


def print_volunteers(rounds: Rounds) -> None:
    """Open links make no claims."""
    print(f"open link, {len(rounds)} reports: {sum(map(len, rounds))} claims about residents (0)")


def _share(words: str, found: Sequence[float]) -> None:
    values = np.asarray(found, float)
    error = values.std() / np.sqrt(max(len(values), 1))
    print(f"  {words}: {100 * values.mean():.1f} % (Monte Carlo error {100 * error:.1f})", flush=True)


if __name__ == "__main__":
    main()
