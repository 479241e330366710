"""The life of a wave and what it promises, as tables. Pure: `waves` watches over every write with these rules.

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

# From here on somebody may have answered, trusting what the page said.
PROMISED = frozenset({OPEN, CLOSED, PUBLISHED})

# Fewer than this many envelopes are never opened together while a wave is open.
SMALLEST_BOX = 20
# Fewer than this many people are never counted in a published cell.
SMALLEST_CELL = 10


def stays(promised: Any, wanted: Any) -> bool:
    return bool(promised == wanted)


def never_shrinks(promised: int, wanted: int) -> bool:
    return wanted >= promised


def only_gains(promised: Collection[str], wanted: Collection[str]) -> bool:
    return set(promised) <= set(wanted)


def stays_once_set(promised: Any, wanted: Any) -> bool:
    return promised is None or bool(promised == wanted)


def follows_its_life(promised: str, wanted: str) -> bool:
    return wanted == promised or wanted in TRANSITIONS[promised]


PROMISES: Mapping[str, Callable[[Any, Any], bool]] = {
    "status": follows_its_life,
    "slug": stays,
    "community_id": stays,
    "survey_id": stays,
    "survey_version": stays,
    "survey_text": stays,
    "code_policy": stays,
    "languages": only_gains,
    "box_size": never_shrinks,
    "smallest_cell": never_shrinks,
    "opened_on": stays_once_set,
    "closed_on": stays_once_set,
}


def find_weakened(status: str, changes: Mapping[str, tuple[Any, Any]]) -> str | None:
    """The first promise that `changes` (name to old and new value) would weaken in a wave of this status."""
    if status not in PROMISED:
        return None
    broken = (name for name, (old, new) in changes.items() if name in PROMISES and not PROMISES[name](old, new))
    return next(broken, None)
