"""Time to load the core survey, as a ratio to reading the same YAML alone."""

from __future__ import annotations

import io
from itertools import count

from ruamel.yaml import YAML

from app.paths import SURVEYS
from app.questionnaire.loading import load_survey
from tests.bench.timing import HEADER, timed

CORE = SURVEYS / "community-trust" / "survey.yaml"


def run() -> None:
    """Print both times."""
    text, numbers = CORE.read_text("utf-8"), count()
    floor = timed("read the core survey as YAML", lambda: YAML(typ="rt").load(io.StringIO(text)))
    loading = timed("load and prove the core survey", lambda: load_survey(f"{text}# {next(numbers)}\n"), target=0.5)
    print(HEADER)
    print(floor.line())
    print(loading.line(floor.median))


if __name__ == "__main__":
    run()
