"""Two of three shares give the key back, one alone shows nothing, and a mistyped one is refused."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import PassphraseRefused
from app.services.holders.secret_sharing import inverse, join, split, times

SECRET = bytes(range(32))


def test_every_pair_of_shares_gives_the_key_back() -> None:
    shares = split(SECRET)
    assert all(join(pair) == SECRET for first in combinations(shares, 2) for pair in (first, first[::-1]))


def test_shares_may_be_typed_in_small_letters_with_spaces() -> None:
    first, second, _ = split(SECRET)
    assert join([first.lower().replace("-", " "), second]) == SECRET


@pytest.mark.parametrize("count", [0, 1, 3])
def test_another_number_of_shares_is_refused(count: int) -> None:
    with pytest.raises(PassphraseRefused):
        join(split(SECRET)[:count])


def test_same_share_twice_or_of_another_holder_is_refused() -> None:
    first, second, _ = split(SECRET)
    other = split(bytes(32))[1]
    for pair in ([first, first], [first, other], [first, "hello"], [first, ""], [first, second[:-6]]):
        with pytest.raises(PassphraseRefused):
            join(pair)


def test_one_changed_letter_is_noticed() -> None:
    first, second, _ = split(SECRET)
    changed = ("B" if first[10] != "B" else "C").join([first[:10], first[11:]])
    with pytest.raises(PassphraseRefused):
        join([changed, second])


@given(st.integers(1, 255))
def test_inverse_times_itself_is_one(element: int) -> None:
    assert times(element, inverse(element)) == 1


def test_one_share_takes_every_value_for_every_key() -> None:
    """The value of a byte at a place is uniform, whatever the key: 2,000 draws fill nearly all 256 values."""
    import base64

    seen = set()
    for _ in range(2000):
        text = split(b"\0")[0].replace("-", "")
        seen.add(base64.b32decode(text + "=" * (-len(text) % 8))[1])
    assert len(seen) > 250
