"""Define the actor of a change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Actor:
    """Name the person or program behind a change, and its time.

    `at_machine` is true for commands: people with a shell of the machine need no second person in the console.
    """

    name: str
    now: datetime
    at_machine: bool = False
