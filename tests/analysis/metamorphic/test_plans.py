"""A plan gives the same tables from a file of every format."""

from pathlib import Path

import pytest

from tests.analysis.metamorphic.compare import differences
from tests.analysis.metamorphic.files import WRITERS
from tests.analysis.metamorphic.planned import COMMANDS, answers_of, with_restarting_codes
from tests.analysis.metamorphic.samples import make_sample


@pytest.mark.parametrize(("seed", "command"), list(enumerate(COMMANDS, 1)))
def test_a_plan_gives_the_same_tables_from_every_format(seed: int, command: str, tmp_path: Path) -> None:
    sample = with_restarting_codes(make_sample(54, seed, 0.1))
    expected = answers_of(command, WRITERS["CSV"](sample, tmp_path))
    assert len(expected) > 3
    for format, write in WRITERS.items():
        assert differences(expected, answers_of(command, write(sample, tmp_path))) == [], format
