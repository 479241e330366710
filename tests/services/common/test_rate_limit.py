"""The rate limit slows attempts down, and locks no one out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.services.common.rate_limit import MOST_KEYS, Rate, RateLimiter


def test_after_the_burst_one_try_comes_back_at_a_time() -> None:
    now = [0.0]
    tries = RateLimiter(Rate(burst=3, refill=30), lambda: now[0])
    assert [tries.take("olga") for _ in range(4)] == [0, 0, 0, 30]
    now[0] = 29
    assert tries.take("olga") == 1
    now[0] = 30
    assert [tries.take("olga"), tries.take("olga")] == [0, 30]


def test_success_costs_no_try_and_other_names_are_unaffected() -> None:
    tries = RateLimiter(Rate(burst=2, refill=30), lambda: 0.0)
    for _ in range(50):
        assert tries.take("olga") == 0
        tries.give_back("olga")
    tries.take("olga"), tries.take("olga")
    assert tries.take("olga") > 0
    assert tries.take("bob") == 0


@given(st.lists(st.floats(0, 200), max_size=60))
def test_wait_is_at_most_one_refill_and_the_pace_is_bounded(pauses: list[float]) -> None:
    now, taken = 0.0, 0
    tries = RateLimiter(Rate(burst=5, refill=20), lambda: now)
    for pause in pauses:
        now += pause
        wait = tries.take("olga")
        assert wait <= 20
        taken += wait == 0
    assert taken <= 5 + now / 20


def test_a_flood_of_names_does_not_fill_the_memory() -> None:
    now = [0.0]
    tries = RateLimiter(Rate(burst=2, refill=1), lambda: now[0])
    for name in range(MOST_KEYS * 3):
        now[0] += 0.01
        tries.take(name)
    assert len(tries._full_at) <= MOST_KEYS + 1
