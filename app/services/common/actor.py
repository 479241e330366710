"""Define the actor of a change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Actor:
    """Name the person or program behind a change, and its time."""

    name: str
    now: datetime
