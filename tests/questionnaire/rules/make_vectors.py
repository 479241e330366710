"""Write `vectors.json`: what each rule means, in the forms that the server, the style sheet and the script read.

Run as `python tests/questionnaire/rules/make_vectors.py`; a test fails when the file differs from the output.
Each vector: the rule as written, as JSON, as CSS behind `#survey`, and cases of ticks on the page (hidden questions
too) with whether it holds. `items` lists the inputs: radio or checkbox, with their codes.
"""

import json
from pathlib import Path

from app.questionnaire.definition import Survey
from app.questionnaire.loading import load_survey
from app.questionnaire.rules import to_css, to_json
from app.questionnaire.skip_logic import item_rules

SURVEY = Path(__file__).parents[2] / "surveys" / "rules.yaml"
VECTORS = Path(__file__).with_name("vectors.json")

NOTHING: dict[str, list[int]] = {}
# name, rule as written, ticks under which it holds, ticks under which it does not
WRITTEN: list[tuple[str, object, list[dict[str, list[int]]], list[dict[str, list[int]]]]] = [
    ("equal", {"equal": {"ONE": 1}}, [{"ONE": [1]}], [NOTHING, {"ONE": [2]}, {"ONE": [-8]}]),
    ("equal zero", {"equal": {"COUNT": 0}}, [{"COUNT": [0]}], [NOTHING, {"COUNT": [1]}]),
    ("equal don't know", {"equal": {"ONE": -8}}, [{"ONE": [-8]}], [NOTHING, {"ONE": [1]}, {"ONE": [-7]}]),
    (
        "not_equal is false where nothing is chosen",
        {"not_equal": {"ONE": 1}},
        [{"ONE": [2]}, {"ONE": [3]}, {"ONE": [-8]}],
        [NOTHING, {"ONE": [1]}],
    ),
    (
        "not equal is true where nothing is chosen",
        {"not": {"equal": {"ONE": 1}}},
        [NOTHING, {"ONE": [2]}, {"ONE": [-7]}],
        [{"ONE": [1]}],
    ),
    ("in", {"in": {"ONE": [1, 3]}}, [{"ONE": [1]}, {"ONE": [3]}], [NOTHING, {"ONE": [2]}]),
    (
        "less, never by don't know",
        {"less": {"SCALE": 3}},
        [{"SCALE": [1]}, {"SCALE": [2]}],
        [NOTHING, {"SCALE": [3]}, {"SCALE": [-8]}],
    ),
    ("more", {"more": {"COUNT": 2}}, [{"COUNT": [3]}, {"COUNT": [4]}], [NOTHING, {"COUNT": [2]}, {"COUNT": [0]}]),
    ("answered, also by don't know", {"answered": "SCALE"}, [{"SCALE": [4]}, {"SCALE": [-8]}], [NOTHING, {"ONE": [1]}]),
    (
        "any_in",
        {"any_in": {"MANY": [1, 2]}},
        [{"MANY": [1]}, {"MANY": [2, 3]}, {"MANY": [1, 2]}],
        [NOTHING, {"MANY": [3]}, {"MANY": [4]}],
    ),
    (
        "all_in",
        {"all_in": {"MANY": [1, 3]}},
        [{"MANY": [1, 3]}, {"MANY": [1, 2, 3]}],
        [NOTHING, {"MANY": [1]}, {"MANY": [2, 3]}],
    ),
    (
        "count_at_least does not count what stands alone",
        {"count_at_least": {"MANY": 1}},
        [{"MANY": [1]}, {"MANY": [2, 3]}],
        [NOTHING, {"MANY": [4]}, {"MANY": [-7]}],
    ),
    (
        "count_at_least two",
        {"count_at_least": {"MANY": 2}},
        [{"MANY": [1, 3]}, {"MANY": [1, 2, 3]}],
        [NOTHING, {"MANY": [2]}],
    ),
    ("count_at_least three", {"count_at_least": {"MANY": 3}}, [{"MANY": [1, 2, 3]}], [NOTHING, {"MANY": [1, 2]}]),
    (
        "all",
        {"all": [{"equal": {"ONE": 1}}, {"more": {"COUNT": 1}}]},
        [{"ONE": [1], "COUNT": [2]}],
        [NOTHING, {"ONE": [1]}, {"COUNT": [2]}, {"ONE": [1], "COUNT": [1]}],
    ),
    (
        "any",
        {"any": [{"equal": {"ONE": 1}}, {"any_in": {"MANY": [3]}}]},
        [{"ONE": [1]}, {"MANY": [3]}, {"ONE": [1], "MANY": [3]}],
        [NOTHING, {"ONE": [2], "MANY": [1]}],
    ),
    (
        "not any",
        {"not": {"any": [{"equal": {"ONE": 1}}, {"equal": {"ONE": 2}}]}},
        [NOTHING, {"ONE": [3]}],
        [{"ONE": [1]}, {"ONE": [2]}],
    ),
    (
        "nested",
        {"all": [{"any": [{"equal": {"ONE": 1}}, {"equal": {"ONE": 2}}]}, {"not": {"all_in": {"MANY": [1, 2]}}}]},
        [{"ONE": [1]}, {"ONE": [2], "MANY": [1]}],
        [NOTHING, {"ONE": [1], "MANY": [1, 2]}, {"MANY": [1]}],
    ),
    (
        "an answer off the path is no answer",
        {"equal": {"HIDDEN": 1}},
        [{"ONE": [1], "HIDDEN": [1]}],
        [NOTHING, {"HIDDEN": [1]}, {"ONE": [2], "HIDDEN": [1]}, {"ONE": [1], "HIDDEN": [2]}],
    ),
    (
        "not of an answer off the path",
        {"not": {"equal": {"HIDDEN": 1}}},
        [NOTHING, {"HIDDEN": [1]}, {"ONE": [2], "HIDDEN": [1]}, {"ONE": [1], "HIDDEN": [2]}],
        [{"ONE": [1], "HIDDEN": [1]}],
    ),
    (
        "off the path at the second remove",
        {"answered": "DEEP"},
        [{"ONE": [1], "HIDDEN": [1], "DEEP": [2]}],
        [{"DEEP": [1]}, {"HIDDEN": [1], "DEEP": [1]}, {"ONE": [1], "HIDDEN": [2], "DEEP": [1]}],
    ),
    (
        "an item asked for each option means any of them",
        {"equal": {"EACH": 2}},
        [{"MANY": [1], "EACH_1": [2]}, {"MANY": [1, 3], "EACH_1": [1], "EACH_3": [2]}],
        [NOTHING, {"EACH_1": [2]}, {"MANY": [1], "EACH_1": [1], "EACH_3": [2]}],
    ),
]  # fmt: skip


def with_last(rule: object) -> Survey:
    item = {"code": "LAST", "text": "Last.", "kind": "single", "options": {"1": "Yes", "2": "No"}, "show_if": rule}
    line = json.dumps(item).replace('"1": "Yes", "2": "No"', '1: "Yes", 2: "No"')
    return load_survey(SURVEY.read_text("utf-8") + f"      - {line}\n")


def make_vectors() -> dict[str, object]:
    vectors = []
    for name, written, holding, failing in WRITTEN:
        rule = item_rules(with_last(written))["LAST"]
        cases = [{"answers": ticks, "holds": True} for ticks in holding]
        cases += [{"answers": ticks, "holds": False} for ticks in failing]
        vectors.append({"name": name, "written": written, "json": to_json(rule), "css": to_css(rule), "cases": cases})
    items = [
        {
            "code": item.code,
            "type": item.kind.show.input,
            "choices": [option.code for option in item.choices],
        }
        for item in load_survey(SURVEY).items.values()
    ]
    return {"items": items, "vectors": vectors}


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(make_vectors(), indent=1, ensure_ascii=False) + "\n", "utf-8")
