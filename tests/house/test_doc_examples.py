"""Every code block of the documents works: Python runs, commands exist with their options, and the safe ones run."""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.main import get_command

from analysis.command.arguments import read_arguments
from analysis.command.main import main as analyze
from app.cli import app as commands
from app.cli import main
from app.services.waves.plan_file import check_wave_plan
from tests.services.communities.test_population import POPULATION
from tests.services.making import SURVEY

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
KINDS = {"python", "sh", "yaml", "{toctree}", "{eval-rst}", ""}
# Steps of the guides that run on an empty folder, in this order.
SAFE = (
    "commontrust staff add olga",
    "commontrust wave create wave.yaml",
    "commontrust translations status",
    "commontrust translations status es",
    "commontrust translations export es community-trust --output es.xlf",
    'commontrust translations sign es community-trust reviewed --signer "Ana López" --role "community reviewer"',
    "commontrust population load river-city population.csv",
    'commontrust holder new "Library Friends"',
    "commontrust codes create river-city-2026 --count 500 --source",
    "commontrust wave open river-city-2026",
    "commontrust desk open river-city-2026 library",
    'commontrust key create "police dashboard" --agency river-city/police --days 90',
    "commontrust measures define 1.4",
)
PLAN = """
wave: river-city-2026
survey: tiny.yaml
community: {slug: river-city, name: {en: River City}}
languages: [en]
agencies:
  - {slug: police, name: {en: the police}}
contact: trust@river-city.example
"""


@dataclass(frozen=True)
class Block:
    """A fenced block, with the place of its first line."""

    place: str
    kind: str
    text: str


def read_blocks(path: Path) -> Iterator[Block]:
    text = path.read_text("utf-8")
    for found in re.finditer(r"^```(\S*)[^\n]*\n(.*?)^```$", text, re.S | re.M):
        line = text.count("\n", 0, found.start()) + 1
        yield Block(f"{path.relative_to(ROOT)}:{line}", found[1], found[2])


BLOCKS = [block for path in DOCUMENTS for block in read_blocks(path)]


def lines_of(block: Block) -> Iterator[str]:
    """The commands of a shell block without comments."""
    for line in block.text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if words:
            yield shlex.join(words)


LINES = [(block.place, line) for block in BLOCKS if block.kind == "sh" for line in lines_of(block)]


def of_kind(kind: str, start: str = "") -> list[Any]:
    """Return the blocks of a kind: those of a wave plan begin with `protocol`, all others with anything else."""
    found = [block for block in BLOCKS if block.kind == kind and block.text.startswith("protocol:") == bool(start)]
    return [pytest.param(block, id=block.place) for block in found]


def test_every_block_is_of_a_kind_that_is_checked() -> None:
    assert {block.kind for block in BLOCKS} == KINDS


@pytest.mark.parametrize("block", of_kind("python"))
def test_python_block_runs(block: Block) -> None:
    exec(compile(block.text, block.place, "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize(("place", "line"), LINES, ids=[f"{place} {line}" for place, line in LINES])
def test_shell_line_names_a_command_with_its_options(place: str, line: str) -> None:
    check_line(line)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("commontrust wave openn river-city", "wave openn"),
        ("commontrust codes create river-city --number 500", "--number"),
        ("commontrust wave open", "arguments"),
        ("commontrust wave open one two", "arguments"),
        ("make rum", "rum"),
        ("python -m analysis estimates plan.yaml", "2"),
    ],
)
def test_planted_fault_in_a_shell_line_is_found(line: str, fault: str) -> None:
    with pytest.raises((AssertionError, SystemExit), match=fault):
        check_line(line)


def check_line(line: str) -> None:
    match shlex.split(line):
        case ["make", target, *settings]:
            assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.M), target
            assert all("=" in setting for setting in settings)
        case ["python", "-m", "analysis", *words] | ["commontrust-analysis", *words]:
            read_arguments(words)
        case ["commontrust", *words]:
            check_words(words)
        case ["docker", *words] if "commontrust" in words:
            check_line(shlex.join(words[words.index("commontrust") :])) if "run" in words else None


def check_words(words: list[str]) -> None:
    command, path = get_command(commands), list[str]()
    while hasattr(command, "commands"):
        path.append(words.pop(0))
        assert path[-1] in command.commands, " ".join(path)
        command = command.commands[path[-1]]
    options = {name: each for each in command.params for name in (*each.opts, *each.secondary_opts)}
    given = 0
    while words:
        word = words.pop(0)
        if word.startswith("--"):
            assert word in options, f"{' '.join(path)} {word}"
            if not getattr(options[word], "is_flag", False):
                words.pop(0)
        else:
            given += 1
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    needed = sum(each.required for each in arguments)
    most = math.inf if any(each.nargs == -1 for each in arguments) else len(arguments)
    assert needed <= given <= most, f"{' '.join(path)}: {given} arguments"


@pytest.mark.parametrize("block", of_kind("yaml"))
def test_plan_and_its_commands_run(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan of the statistics guide, on data with the columns that it names."""
    monkeypatch.chdir(tmp_path)
    assert YAML(typ="safe").load(block.text)["data"] == "answers.csv"
    Path("plan.yaml").write_text(block.text)
    rows = [
        f"{1 + n % 3},{'ns'[n % 2]},{n % 4},{1 + n % 5},{1 + n % 4},{'young' if n % 3 else 'old'}" for n in range(24)
    ]
    Path("answers.csv").write_text("\n".join(["weight,district,block,a1,a2,age", *rows, ""]))
    ran = [line for place, line in LINES if line.startswith("python -m analysis") and place.startswith("docs/stat")]
    for line in ran:
        if line.split()[3] in ("estimate", "index", "gaps"):  # the plan of the guide asks for nothing else
            assert analyze(shlex.split(line)[3:]) == 0, line
    assert len(ran) >= 3


@pytest.mark.parametrize("block", of_kind("yaml", "protocol:"))
def test_part_of_a_wave_plan_is_taken(block: Block) -> None:
    plan = YAML(typ="safe").load(PLAN.replace("survey: tiny.yaml", "survey: community-trust") + block.text)
    assert check_wave_plan(block.place, plan).protocol


def test_safe_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMMONTRUST_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("COMMONTRUST_DATABASE_URL", raising=False)
    monkeypatch.setattr("app.cli.passphrases.ask_new", lambda file: "typed at the terminal")
    Path("tiny.yaml").write_text(SURVEY)
    Path("wave.yaml").write_text(PLAN)
    Path("population.csv").write_text(POPULATION)
    shown = [line for _, line in LINES]
    missing = [safe for safe in SAFE if not any(line.startswith(shlex.join(shlex.split(safe))) for line in shown)]
    assert missing == []
    for safe in ("commontrust migrate", *SAFE):
        line = next((line for line in shown if line.startswith(shlex.join(shlex.split(safe)))), safe)
        with pytest.raises(SystemExit) as ended:
            main(shlex.split(line)[1:])
        assert ended.value.code == 0, f"{line}: {capsys.readouterr().err}"
    assert (tmp_path / "letters.html").exists()
