"""Flag answers that may come from a program or a careless person. Flags are sealed with the answer and never remove it.

A flag has only its name. The page sends the pace as one of three classes, because an exact time would identify a
person.
"""

from __future__ import annotations

from collections.abc import Collection

CROWD = "crowd"  # its network sent many answers within the hour
UNPROVED = "unproved"  # it had to show a proof of work during a flood, and showed none
TRAP = "trap"  # it filled in a field that people cannot see
HASTY = "hasty"  # under a second for a question
QUICK = "quick"  # under two seconds; counted, but not as suspicious

FLAGS = (CROWD, UNPROVED, TRAP, HASTY, QUICK)
SUSPICIOUS = frozenset(FLAGS) - {QUICK}
OF_OPEN_LINKS = frozenset({CROWD, UNPROVED})  # an answer with a code is trusted from any network

PACES = {"1": HASTY, "2": QUICK}


def flags_of_page(pace: str, trap: str) -> frozenset[str]:
    """Return the flags of a sent page. Without script there is no pace, and none is assumed."""
    return frozenset({PACES[pace]} if pace in PACES else ()) | ({TRAP} if trap.strip() else frozenset())


def in_order(flags: Collection[str]) -> tuple[str, ...]:
    return tuple(flag for flag in FLAGS if flag in flags)
