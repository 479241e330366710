"""Marks on an answer that may be a machine's or a careless person's. They are sealed with it and never remove it.

A mark says no more than its name. The page sends its pace as one of three classes, for a time would be a fingerprint.
"""

from __future__ import annotations

from collections.abc import Collection

CROWD = "crowd"  # its network had sent plenty within the hour
UNPROVED = "unproved"  # it was asked for a little work, as a flood is, and did none
TRAP = "trap"  # it filled in a field that no person sees
HASTY = "hasty"  # under a second for a question
QUICK = "quick"  # under two seconds; noted, and not doubted

FLAGS = (CROWD, UNPROVED, TRAP, HASTY, QUICK)
DOUBTED = frozenset(FLAGS) - {QUICK}
OF_OPEN_LINKS = frozenset({CROWD, UNPROVED})  # a code vouches for its answer, whatever network it came from

PACES = {"1": HASTY, "2": QUICK}


def flags_of_page(pace: str, trap: str) -> frozenset[str]:
    """What the page itself gives away. Without script it tells no pace, and none is assumed."""
    return frozenset({PACES[pace]} if pace in PACES else ()) | ({TRAP} if trap.strip() else frozenset())


def in_order(flags: Collection[str]) -> tuple[str, ...]:
    return tuple(flag for flag in FLAGS if flag in flags)
