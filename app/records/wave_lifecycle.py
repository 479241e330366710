"""Define the life of a wave and its promises as tables. Pure: `waves` checks every write with these rules.

draft ──> open ──> closed ──> published
└─────> withdrawn
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

DRAFT, OPEN, CLOSED, PUBLISHED, WITHDRAWN = "draft", "open", "closed", "published", "withdrawn"

TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    DRAFT: (OPEN, WITHDRAWN),
    OPEN: (CLOSED,),
    CLOSED: (PUBLISHED,),
    PUBLISHED: (),
    WITHDRAWN: (),
}

# From these statuses on, residents may have answered on the promises of the page.
PROMISED = frozenset({OPEN, CLOSED, PUBLISHED})

# Smallest number of envelopes that are opened together while a wave is open.
SMALLEST_BOX = 20
# Days after its opening in which a wave is not opened early, and the most that a plan may name.
FIRST_DAYS, MOST_DAYS = 7, 365
# Smallest number of people in a published cell.
SMALLEST_CELL = 10


def stays(promised: Any, wanted: Any) -> bool:
    return bool(promised == wanted)


def never_shrinks(promised: int, wanted: int) -> bool:
    return wanted >= promised


def only_gains(promised: Collection[str], wanted: Collection[str]) -> bool:
    return set(promised) <= set(wanted)


def stays_once_set(promised: Any, wanted: Any) -> bool:
    return promised is None or bool(promised == wanted)


def is_allowed_transition(promised: str, wanted: str) -> bool:
    return wanted == promised or wanted in TRANSITIONS[promised]


PROMISES: Mapping[str, Callable[[Any, Any], bool]] = {
    "status": is_allowed_transition,
    "slug": stays,
    "community_id": stays,
    "survey_id": stays,
    "survey_version": stays,
    "survey_text": stays,
    "code_policy": stays,
    "protocol": stays,
    "languages": only_gains,
    "box_size": never_shrinks,
    "smallest_cell": never_shrinks,
    "smallest_stratum": never_shrinks,
    "days_sealed": never_shrinks,
    "operator_holder": stays,
    "second_holder": stays,
    "token_keys": stays,
    "record_digest": stays,
    "opened_on": stays_once_set,
    "closed_on": stays_once_set,
}


def find_weakened(status: str, changes: Mapping[str, tuple[Any, Any]]) -> str | None:
    """Return the first promise that `changes` (name to old and new value) would weaken, or None."""
    if status not in PROMISED:
        return None
    broken = (name for name, (old, new) in changes.items() if name in PROMISES and not PROMISES[name](old, new))
    return next(broken, None)
