"""Say before a round opens which answers will be too few to keep their part of the city or their source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.services.waves.code_floor import expected_codes
from app.services.waves.crowds import CROWD

USUAL_RATE = 30.0  # answers of 100 letters, where no plan says another number: few cities get more
NEEDED = (
    f"An agency needs {CROWD} answers, not codes, in a part of the city to be reported by that part, and {CROWD} "
    "answers of letters in all for a response rate."
)


@dataclass(frozen=True)
class ExpectedPart:
    """Hold a part of the sample: its letters, and how many of 100 are expected to be answered."""

    name: str
    letters: int
    rate: float

    @property
    def answers(self) -> int:
        return round(self.letters * self.rate / 100)


def warn_of_crowds(parts: Sequence[ExpectedPart], chances: Sequence[float]) -> Iterator[str]:
    """Yield a sentence for each part, and for all, of which an agency is expected to get too few answers.

    `chances` are the probabilities of the agencies; none stand for one agency.

    >>> list(warn_of_crowds([ExpectedPart("North", 60, 57), ExpectedPart("South", 600, 30)], [1 / 3] * 3))
    ['Expect about 11 answers about one agency in North: fewer than 20 lose their part, then their source']
    """
    for part in parts:
        answers = expected_codes(part.answers, chances)
        if answers < CROWD:
            where = f"in {part.name}" if part.name else "to letters"
            yield (
                f"Expect about {answers} answers about one agency {where}: fewer than {CROWD} lose their part, then "
                "their source"
            )
    together = expected_codes(sum(part.answers for part in parts), chances)
    if parts and together < CROWD:
        yield (
            f"Expect about {together} answers of letters about one agency in all: fewer than {CROWD} lose their "
            "source, and the report states no response rate"
        )
