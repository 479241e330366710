"""Each name means one thing: modules and classes of the app that share a name are listed here, with the reason."""

import ast
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

APP = Path(__file__).parents[2] / "app"

# Nouns of the glossary. Each may name one module on each floor: knowing one file, a reader finds the others.
SUBJECTS = frozenset(
    {
        "access_requests", "audit", "audit_log", "backups", "codebook", "codes", "communities", "coverage", "desks",
        "holders",
        "jobs", "keys", "languages", "letters", "logos", "measures", "overview", "own_words", "plan_form", "population",
        "questions", "releases", "reports", "samples",
        "sign_offs", "staff", "staffing", "tables", "tallies", "translations", "waves", "workforce",
    }
)  # fmt: skip
# The same part of several packages.
PARTS: Mapping[str, str] = {
    "handlers": "answer the requests of the routes of their package",
    "page": "the page of a report, and that of a scorecard",
    "pdf_pages": "the PDF file of a report, and that of a scorecard",
    "phrasing": "the sentences of one kind of page",
    "publish": "publishes what its package makes: reports, releases, scorecards",
    "rendering": "fills the templates of its package",
    "routes": "the addresses of its package",
    "views": "the values that the templates of its package show",
}
# Python reads these names itself.
SPECIAL = frozenset({"__init__", "__main__"})
# The API names its models after what they describe.
API_MODELS = "web/api/models.py"
FLOORS = ("cli", "demo", "language", "questionnaire", "records", "services", "web/admin", "web/api", "web")

Places = Mapping[str, Sequence[str]]


def modules(root: Path) -> Places:
    """Return the paths of all modules by name."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(root.rglob("*.py")):
        found[path.stem].append(path.relative_to(root).as_posix())
    return {name: paths for name, paths in found.items() if name not in SPECIAL}


def classes(root: Path) -> Places:
    """Return the paths of the modules that define each class."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(path.relative_to(root).as_posix())
    return found


def floor_of(path: str) -> str:
    return next((floor for floor in FLOORS if path.startswith(f"{floor}/")), "")


def module_homonyms(root: Path) -> dict[str, Sequence[str]]:
    """Return the modules that share a name without a listed reason, or twice on one floor."""
    return {
        name: paths
        for name, paths in modules(root).items()
        if len(paths) > 1
        and name not in PARTS
        and (name not in SUBJECTS or len({floor_of(path) for path in paths}) < len(paths))
    }


def class_homonyms(root: Path) -> dict[str, Sequence[str]]:
    """Return the classes that share a name outside of the models of the API."""
    own = {name: [path for path in paths if path != API_MODELS] for name, paths in classes(root).items()}
    return {name: paths for name, paths in own.items() if len(paths) > 1}


def write(root: Path, path: str, text: str = "") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def test_module_names_have_one_meaning() -> None:
    assert module_homonyms(APP) == {}


def test_class_names_have_one_meaning() -> None:
    assert class_homonyms(APP) == {}


def test_every_listed_part_has_a_reason() -> None:
    assert all(reason.strip() for reason in PARTS.values())
    assert SUBJECTS.isdisjoint(PARTS)


def test_a_new_module_homonym_is_found(tmp_path: Path) -> None:
    write(tmp_path, "services/one/counter.py")
    write(tmp_path, "records/counter.py")
    assert list(module_homonyms(tmp_path)) == ["counter"]


def test_a_subject_names_one_module_on_each_floor(tmp_path: Path) -> None:
    write(tmp_path, "services/one/keys.py")
    write(tmp_path, "records/keys.py")
    assert module_homonyms(tmp_path) == {}
    write(tmp_path, "services/two/keys.py")
    assert list(module_homonyms(tmp_path)) == ["keys"]


def test_a_new_class_homonym_is_found(tmp_path: Path) -> None:
    write(tmp_path, "records/box.py", "class Box:\n    pass\n")
    write(tmp_path, API_MODELS, "class Box:\n    pass\n")
    assert class_homonyms(tmp_path) == {}
    write(tmp_path, "services/box.py", "class Box:\n    pass\n")
    assert list(class_homonyms(tmp_path)) == ["Box"]
