"""The documents are true: folders, promises, commands and links exist, and forbidden words do not."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from app.cli import app as commands

ROOT = Path(__file__).parents[2]
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
TEXTS = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")))
}
PROMISES = [
    pair
    for row in re.findall(r"\| ((?:`tests/[^`|]+`(?:, )?)+) \|$", ARCHITECTURE + TEXTS["docs/anonymity.md"], re.M)
    for pair in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", row)
]


def tracked() -> Iterator[Path]:
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    return (ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file())


@pytest.mark.parametrize(("file", "test"), PROMISES, ids=[f"{file}::{test}" for file, test in PROMISES])
def test_each_promise_names_a_test_that_exists(file: str, test: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert not test or re.search(rf"def {test}\(", text)


def test_architecture_lists_at_least_19_promises() -> None:
    assert len(PROMISES) >= 19


def test_reference_of_analysis_lists_every_public_name() -> None:
    init = (ROOT / "analysis" / "__init__.py").read_text("utf-8")
    public = re.findall(r"^from \S+ import \w+ as ([A-Za-z]\w*)$", init, re.M)
    listed = re.findall(r"^\.\. auto\w+:: analysis\.(\w+)$", TEXTS["docs/api.md"], re.M)
    assert sorted(listed) == sorted(public)


@pytest.mark.parametrize("top", ["app", "analysis"])
def test_architecture_names_every_folder_and_module(top: str) -> None:
    paths = [path for path in (ROOT / top).iterdir() if not path.name.startswith("__")]
    names = [f"{path.name}/" if path.is_dir() else path.name for path in paths if path.is_dir() or path.suffix == ".py"]
    assert [name for name in names if not re.search(rf"(?<![\w/]){re.escape(name)}", ARCHITECTURE)] == []


def test_inline_commands_of_the_documents_exist() -> None:
    groups = {**get_command(commands).commands}  # type: ignore[attr-defined]
    named = [found for text in TEXTS.values() for found in re.findall(r"`commontrust ([a-z]+)(?: ([a-z]+)\b)?", text)]
    assert len(named) >= 20
    for group, command in named:
        assert group in groups, group
        assert command in getattr(groups[group], "commands", {command: None, "": None}) or not command, (group, command)


def test_every_target_of_make_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M)) - {"install", "install-dev", "clean", "pot"}
    for target in targets:
        assert f"make {target}" in TEXTS["README.md"] + TEXTS["CONTRIBUTING.md"], target
    for target in re.findall(r"(?m)(?:`|^)make ([a-z-]+)", TEXTS["README.md"] + TEXTS["CONTRIBUTING.md"]):
        assert target in {*targets, "pot"}, target


def test_every_path_in_contributing_exists() -> None:
    named = re.findall(r"`((?:app|analysis|tests|locales|docs|surveys)/[\w./-]*[\w/])`", TEXTS["CONTRIBUTING.md"])
    assert len(named) >= 30
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_module_in_the_architecture_exists() -> None:
    named = set(
        re.findall(r"`((?:app|web|services|questionnaire|records|analysis|cli)/[\w./]*\.py)", TEXTS["ARCHITECTURE.md"])
    )
    assert len(named) >= 40
    assert sorted(path for path in named if not any((root / path).exists() for root in (ROOT, ROOT / "app"))) == []


def test_newcomers_find_their_answers_in_files_that_exist() -> None:
    chapter = TEXTS["CONTRIBUTING.md"].partition("## Questions a newcomer")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| [^|]+\? \| (.+) \|$", chapter, re.M)
    answers = [answer for row in rows for answer in re.findall(r"`([^`]+)`", row)]
    assert len(answers) == len(set(answers)) >= len(rows) >= 10
    assert [answer for answer in answers if not (ROOT / answer).is_file()] == []


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = []
    for name, text in TEXTS.items():
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
            if not (ROOT / name).parent.joinpath(target).exists():
                broken.append(f"{name}: {target}")
    assert broken == []


def test_moved_modules_lead_to_files_that_exist() -> None:
    rows = re.findall(r"^\| `[^`]+` \| `([^`]+)` \|$", TEXTS["docs/moved-modules.md"], re.M)
    assert len(rows) >= 100
    assert [new for new in rows if not (ROOT / new).exists()] == []


def test_glossary_is_sorted_and_lists_each_word_once() -> None:
    words = re.findall(r"^\| ([^|]+?) \|", (ROOT / "GLOSSARY.md").read_text("utf-8"), re.M)[2:]
    assert words == sorted(set(words), key=str.lower)


def test_repository_has_no_registry_address_or_machine_path() -> None:
    names = (
        "pypi" + ".org",
        "files.python" + "hosted",
        "registry." + "npmjs",
        "deb." + "debian",
        "/ro" + "ot/",
        "/wo" + "rk/",
    )
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in tracked()
        if path.suffix in {".py", ".md", ".txt", ".toml", ".yaml", ".yml", ".html", ".po", ".json", ""}
        for name in names
        if name in path.read_text("utf-8", "ignore")
    ]
    assert found == []


def test_python_file_names_exclude_meaningless_words() -> None:
    empty = {"utils", "helpers", "common", "manager", "handler", "process", "base", "misc"}
    assert [path for path in tracked() if path.suffix == ".py" and path.stem in empty] == []
