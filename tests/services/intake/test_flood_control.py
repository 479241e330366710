"""Flood control: of 10,000 posts of one network at most 1% carry no flag, and a busy community center gets through."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.services.ballots.response_flags import CROWD, UNPROVED
from app.services.intake.flood_control import FREE, PLENTY, TOKENS, FloodControl, TokenLimit, WorkProof
from app.services.intake.network_counts import HOUR, NetworkCounts, find_network
from app.services.intake.proof_of_work import MOST, derive, is_proved, task_of

KEY = b"k" * 32
FLOOD = "9.9.9.9"
ASKED = WorkProof(was_asked=True)


class Clock:
    def __init__(self) -> None:
        self.now = 10 * HOUR

    def __call__(self) -> float:
        return self.now


def work_out(page: str) -> str:
    """Return the number that the script of the page finds."""
    task = task_of(page, KEY)
    return str(next(number for number in range(MOST) if derive(page, number) == task))


def visit(control: FloodControl, page: str, address: str = FLOOD, script: bool = True) -> frozenset[str]:
    """A person: sends, and does what she is asked for."""
    flags = control.find_flags(address, page, WorkProof())
    if flags is None:
        # The work itself is tried in its own test; here its result is enough.
        flags = control.find_flags(address, page, WorkProof(sought(page), True) if script else ASKED)
    assert flags is not None
    return flags


def sought(page: str) -> str:
    from app.services.intake import proof_of_work

    return str(proof_of_work._solution(page, KEY))


def test_work_can_be_done_and_belongs_to_one_page() -> None:
    number = work_out("a" * 32)
    assert is_proved("a" * 32, number, KEY)
    assert not is_proved("b" * 32, number, KEY) or work_out("b" * 32) == number
    assert not any(is_proved("a" * 32, wrong, KEY) for wrong in ("", "x", "-1", "٣", str(MOST)))


def test_the_work_is_never_more_than_its_bound() -> None:
    assert all(0 <= int(sought(f"{page:032x}")) < MOST for page in range(2000))


def test_flood_of_ten_thousand_posts_is_99_percent_flagged() -> None:
    control = FloodControl(KEY)
    flags = [visit(control, f"{page:032x}") for page in range(10_000)]
    assert sum(not each for each in flags) == PLENTY
    assert all(each <= {CROWD} for each in flags)


def test_flood_without_work_leaves_fewer_answers_without_flags() -> None:
    control = FloodControl(KEY)
    flags = [visit(control, f"{page:032x}", script=False) for page in range(10_000)]
    assert sum(not each for each in flags) == FREE
    deaf = FloodControl(KEY)
    passed = [deaf.find_flags(FLOOD, f"{page:032x}", WorkProof()) for page in range(10_000)]
    assert sum(flags is not None for flags in passed) == FREE


def test_flood_of_hours_leaves_a_hundred_an_hour_without_flags() -> None:
    clock = Clock()
    control = FloodControl(KEY, counts=NetworkCounts(clock))
    unflagged = 0
    for page in range(40_000):
        clock.now += 4 * HOUR / 40_000
        unflagged += not visit(control, f"{page:032x}")
    assert unflagged <= 4 * PLENTY * 1.05  # the hour before is taken to be spread evenly


def test_flood_across_the_turn_of_the_hour_gains_nothing() -> None:
    clock = Clock()
    clock.now += HOUR - 60
    control = FloodControl(KEY, counts=NetworkCounts(clock))
    unflagged = 0
    for page in range(10_000):
        clock.now += 0.012
        unflagged += not visit(control, f"{page:032x}")
    assert unflagged <= 100


def test_network_of_ninety_answers_an_hour_is_never_flagged() -> None:
    clock = Clock()
    control = FloodControl(KEY, counts=NetworkCounts(clock))
    for page in range(800):
        clock.now += HOUR / 90
        assert visit(control, f"{page:032x}") == frozenset()


def test_random_arrivals_of_a_hundred_an_hour_are_let_through() -> None:
    clock, chance = Clock(), Random(100)
    control = FloodControl(KEY, counts=NetworkCounts(clock))
    flagged = 0
    for page in range(8000):
        clock.now += chance.expovariate(100 / HOUR)
        flagged += bool(visit(control, f"{page:032x}"))
    print(f"flagged: {flagged / 80:.1f} %")
    assert flagged < 8000 * 0.15


def test_network_without_script_is_let_through_as_unproved() -> None:
    control = FloodControl(KEY)
    flags = [visit(control, f"{page:032x}", script=False) for page in range(PLENTY)]
    assert {frozenset(), frozenset({UNPROVED})} == set(flags)


def test_networks_beside_a_flood_are_not_asked_for_work() -> None:
    control = FloodControl(KEY)
    for page in range(5000):
        visit(control, f"{page:032x}")
    others = [control.find_flags(f"8.{n // 250}.{n % 250}.1", "a" * 32, WorkProof()) for n in range(2000)]
    # One counter of 65,536 is the flood's: by chance a neighbor may share it.
    assert sum(flags is None for flags in others) <= 2


def test_processes_share_the_limits() -> None:
    controls = [FloodControl(KEY, processes=4) for _ in range(4)]
    flags = [visit(controls[page % 4], f"{page:032x}") for page in range(10_000)]
    assert sum(not each for each in flags) <= 100


def test_address_is_its_network_and_private_addresses_have_none() -> None:
    assert find_network("9.9.9.9") == find_network("9.9.9.200") == find_network("::ffff:9.9.9.1") == "9.9.9.0/24"
    assert find_network("2620:fe::9") == "2620:fe::/64"
    assert find_network("2620:fe::9%eth0") == "2620:fe::/64"
    assert [find_network(x) for x in ("", "127.0.0.1", "10.1.2.3", "::1", "unix:", "nonsense")] == [None] * 6


@given(st.text())
def test_any_address_is_a_network_or_none(address: str) -> None:
    assert find_network(address) is None or "/" in str(find_network(address))


def test_network_counts_are_deleted_within_two_hours() -> None:
    clock = Clock()
    crowds = NetworkCounts(clock)
    crowds.add("9.9.9.0/24")
    first = crowds._now.key
    clock.now += HOUR
    assert crowds.count("9.9.9.0/24") == 1
    clock.now += HOUR
    assert crowds.count("9.9.9.0/24") == 0
    assert first not in (crowds._now.key, crowds._before.key)


def test_network_cannot_be_read_from_memory() -> None:
    crowds = NetworkCounts()
    crowds.add("9.9.9.0/24")
    assert "9.9.9" not in repr(vars(crowds))
    assert sorted(crowds._now.counts)[-2:] == [0, 1]


def test_requests_for_tokens_are_limited_for_each_network() -> None:
    clock = Clock()
    limit = TokenLimit(clock=clock)
    assert [limit.take(FLOOD) for _ in range(TOKENS.burst + 2)] == [True] * TOKENS.burst + [False] * 2
    assert limit.take("8.8.8.8")
    clock.now += 1
    assert [limit.take(FLOOD) for _ in range(2)] == [True, False]


def test_token_limit_keeps_no_address_and_no_network() -> None:
    limit = TokenLimit()
    limit.take(FLOOD)
    assert "9.9.9" not in repr(vars(limit)) + repr(vars(limit._limiter))
    assert limit.take("10.0.0.1")
    assert all(limit.take("127.0.0.1") for _ in range(2 * TOKENS.burst))


def test_processes_share_the_limit_of_tokens() -> None:
    limit = TokenLimit(processes=4, clock=Clock())
    assert sum(limit.take(FLOOD) for _ in range(TOKENS.burst)) == TOKENS.burst // 4
