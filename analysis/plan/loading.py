"""Read a YAML file as a `Plan`; a refusal lists all problems of the file with their lines."""

import re
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from analysis.design.covariance import LONELY_RULES
from analysis.errors import AnalysisError
from analysis.index import FacetRecipe, IndexRecipe
from analysis.plan.conditions import condition
from analysis.plan.hypotheses import hypothesis
from analysis.plan.inclusion import inclusion
from analysis.plan.models import model
from analysis.plan.nodes import (
    Node,
    Reader,
    by_name,
    choice,
    fields,
    flag,
    number,
    numbers,
    several,
    text,
    texts,
    whole,
)
from analysis.plan.plan import DataSource, DesignPlan, MultiplePlan, Plan
from analysis.plan.problems import BadPlan, PlanProblem
from analysis.plan.questions import estimate, gap, representation
from analysis.plan.reliability import reliability_of
from analysis.plan.replication import replicates
from analysis.plan.sections import READERS as ENTRIES
from analysis.plan.weighting import weighting_step
from analysis.reading import TextForm
from analysis.reading.errors import NoSuchFile

LONGEST, MOST_PARTS, DEEPEST = 1_000_000, 200_000, 50
MERGE = re.compile(r"<<\s*:")
# The reader of YAML raises whatever a bad key, number or date leads to.
UNREADABLE = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError)


def load_plan(path: str | Path) -> Plan:
    """Read a plan.

    Parameters
    ----------
    path
        A YAML file; data files are found relative to it.

    Raises
    ------
    NoSuchFile
        When there is no such file.
    BadPlan
        With every problem of the plan and its line.
    """
    place = Path(path)
    root = Node(load_document(place))
    plan = _plan(place, root)
    if root.problems:
        raise BadPlan(place, root.problems)
    return plan


def load_document(path: Path) -> Any:
    """The YAML of a plan with its lines; what cannot be read is a `BadPlan` or `NoSuchFile`."""
    if path.is_dir():
        raise NoSuchFile(path, "a directory")
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NoSuchFile(path, "nothing there") from None
    except (OSError, UnicodeDecodeError):
        raise BadPlan(path, [PlanProblem(1, "", "a plan in YAML, as UTF-8 text", "something else")]) from None
    try:
        return _whole(path, content, YAML(typ="rt"))
    except BadPlan:
        raise
    except DuplicateKeyError as error:
        raise BadPlan(path, [_marked(error, "each key once")]) from None
    except MarkedYAMLError as error:
        raise BadPlan(path, [_marked(error, "a plan in YAML")]) from None
    except YAMLError:
        raise BadPlan(path, [PlanProblem(1, "", "a plan in YAML", "characters that YAML does not allow")]) from None
    except UNREADABLE:
        raise BadPlan(
            path, [PlanProblem(1, "", "a plan in YAML", "a key, number or date that cannot be read")]
        ) from None


def _whole(path: Path, content: str, reader: YAML) -> Any:
    """The document, unless it has more characters, levels or parts than a plan can need; aliases count each time."""
    if len(content) > LONGEST or _is_deep(content) or MERGE.search(content):
        found = "more, or a merge key (<<)"
        expected = f"at most {LONGEST:,} characters and {DEEPEST} brackets inside each other, each part written out"
        raise BadPlan(path, [PlanProblem(1, "", expected, found)])
    document = reader.load(content)
    waiting, parts = [(document, 0)], 0
    while waiting:
        node, depth = waiting.pop()
        parts += 1
        if parts + len(waiting) > MOST_PARTS or depth > DEEPEST:
            raise BadPlan(path, [PlanProblem(1, "", f"at most {MOST_PARTS:,} parts in {DEEPEST} levels", "more")])
        inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        waiting += [(each, depth + 1) for each in inner]
    return document


def _is_deep(content: str) -> bool:
    """Whether more brackets are open at once than a plan can need; quoted ones count too."""
    depth = 0
    for sign in re.findall(r"[\[\]{}]", content):
        depth = depth + 1 if sign in "[{" else max(depth - 1, 0)
        if depth > DEEPEST:
            return True
    return False


def _marked(error: MarkedYAMLError, expected: str) -> PlanProblem:
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    return PlanProblem(line, "", expected, " ".join(str(error.problem).split()) or "something else")


def _plan(path: Path, root: Node) -> Plan:
    found = fields(root, READERS)
    data = found.pop("data", None)
    kept: dict[str, Any] = {key: value for key, value in found.items() if value is not None}
    kept |= {key: tuple(x for x in kept[key] if x is not None) for key in LISTS if key in kept}
    kept["entries"] = {key: tuple(x for x in kept.pop(key) if x is not None) for key in ENTRIES if key in kept}
    kept["index"], kept["index_by"] = kept.pop("index", (None, ()))
    source = None if data is None else DataSource(path.parent / data.path, data.form)
    return Plan(path=path, data=source, **kept)


def data_source(node: Node) -> DataSource | None:
    """A file name, or a mapping that says how the file is written."""
    if isinstance(node.value, str):
        return DataSource(Path(node.value))
    found = fields(node, DATA, ("file",))
    given = {key: value for key, value in found.items() if key != "file" and value is not None}
    try:
        form = TextForm(**given)
    except AnalysisError as error:
        node.refuse("a known way to write text", str(error))
        return None
    return DataSource(Path(found["file"]), form) if found.get("file") else None


DATA: MappingProxyType[str, Reader] = MappingProxyType(
    {
        "file": text,
        "encoding": text,
        "separator": text,
        "decimal": text,
        "header": whole,
        "sheet": text,
        "missing_words": texts,
    }
)


MULTIPLE: MappingProxyType[str, Reader] = MappingProxyType({"separator": text, "columns": texts, "no": texts})


def _multiple(node: Node) -> MultiplePlan:
    """``{separator: ", "}`` parts the cells of a column, ``{columns: q___*, no: 2}`` takes a column for each option."""
    found = fields(node, MULTIPLE)
    if "separator" in found and "columns" in found:
        node.refuse("either 'separator' or 'columns'", "both")
    if "no" in found and "columns" not in found:
        node.refuse("'columns' beside 'no'", "none")
    return MultiplePlan(found.get("separator") or " ", found.get("columns") or (), found.get("no") or ())


DESIGN: MappingProxyType[str, Reader] = MappingProxyType(
    {
        "weights": text,
        "strata": texts,
        "psu": texts,
        "fpc": texts,
        "nest": flag,
        "lonely": choice(*LONELY_RULES),
        "replicates": replicates,
        "inclusion": inclusion,
    }
)


def _design(node: Node) -> DesignPlan:
    return DesignPlan(**{key: value for key, value in fields(node, DESIGN).items() if value is not None})


FACET: MappingProxyType[str, Reader] = MappingProxyType(
    {
        "items": texts,
        "reversed": texts,
        "low": number,
        "high": number,
        "minimum_answered": whole,
        "missing": numbers,
        "dont_know": numbers,
    }
)
INDEX: MappingProxyType[str, Reader] = MappingProxyType(
    {
        "name": text,
        "by": texts,
        "minimum_facets": whole,
        "facets": lambda part: [(name, _facet(name, part.child(name))) for name in part.names()],
        **FACET,
    }
)


def read_index(node: Node) -> tuple[IndexRecipe | None, tuple[str, ...]]:
    """An index of ``items``, or of ``facets`` that have items each."""
    found = fields(node, INDEX, ("name",))
    by = found.get("by") or ()
    if ("items" in found) == ("facets" in found):
        node.refuse("either 'items' or 'facets' of the index", "both" if "items" in found else "neither")
        return None, by
    if node.problems or not found.get("name"):
        return None, by
    try:
        facets = [f for _, f in found["facets"] if f] if "facets" in found else [_made(found["name"], found)]
        return IndexRecipe(found["name"], tuple(facets), found.get("minimum_facets")), by
    except AnalysisError as error:
        node.refuse("a recipe that can be followed", str(error))
        return None, by


def _facet(name: str, node: Node) -> FacetRecipe | None:
    found = fields(node, FACET, ("items",))
    if node.problems:
        return None
    try:
        return _made(name, found)
    except AnalysisError as error:
        node.refuse("a facet that can be scored", str(error))
        return None


def _made(name: str, found: dict[str, Any]) -> FacetRecipe:
    names = {
        "items": "items",
        "reversed": "reversed_items",
        "low": "low",
        "high": "high",
        "minimum_answered": "minimum_answered",
        "missing": "missing_codes",
        "dont_know": "dont_know_codes",
    }
    return FacetRecipe(name, **{names[key]: value for key, value in found.items() if key in names})


LISTS = ("only", "where", "weighting", "estimates", "gaps", "representation", "models", "tests", "reliability")
READERS: MappingProxyType[str, Reader] = MappingProxyType(
    {
        "title": text,
        "data": data_source,
        "id": text,
        "design": _design,
        "missing": by_name(texts),
        "labels": by_name(by_name(text)),
        "order": by_name(texts),
        "multiple": by_name(_multiple),
        "only": several(condition),
        "where": several(condition),
        "index": read_index,
        "weighting": several(weighting_step),
        "estimates": several(estimate),
        "gaps": several(gap),
        "representation": several(representation),
        "models": several(model),
        "tests": several(hypothesis),
        "reliability": several(reliability_of),
        **ENTRIES,
    }
)
