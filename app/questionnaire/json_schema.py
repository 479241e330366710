"""The survey format as JSON Schema (draft 2020-12), written from the same tables that the loader reads by.

It knows single fields. The loader, which every file must pass anyway, checks what holds only between fields and items
(references, codes used twice, conditions that can never be true).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from app.questionnaire.conditions import TAKES
from app.questionnaire.kinds import ITEM
from app.questionnaire.shape import CODE, LARGEST_ANSWER, TABLES, VALUES, Field

ADDRESS = "https://commontrust.example/schemas/survey.schema.json"
Schema = dict[str, object]

_CODE = {"type": "integer", "minimum": -8, "maximum": LARGEST_ANSWER}
_OPERANDS: dict[str, Schema] = {
    "code": _CODE,
    "codes": {"type": "array", "minItems": 1, "items": _CODE},
    "number": {"type": "integer", "minimum": 0, "maximum": LARGEST_ANSWER},
}


def to_schema() -> Schema:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ADDRESS,
        "title": "Survey",
        "description": "A questionnaire of coded answers. There is no free text.",
        **_table(TABLES["survey"]),
        "$defs": {
            **{name: _table(fields) for name, fields in TABLES.items() if name not in ("survey", "option")},
            "item": _table(ITEM),
            "options": _options("Codes and their words.", _table(TABLES["option"])),
            "list": _options("Codes and their names: one, or one for each language.", VALUES["lines"].schema),
            "rule": _rule(),
        },
    }


def format_schema() -> str:
    return json.dumps(to_schema(), indent=2, ensure_ascii=False) + "\n"


def _table(fields: Iterable[Field]) -> Schema:
    fields = tuple(fields)
    schema: Schema = {
        "type": "object",
        "properties": {field.name: {**field.shape.schema, "description": field.means} for field in fields},
        "additionalProperties": False,
    }
    required = [field.name for field in fields if field.required]
    return {**schema, "required": required} if required else schema


def _options(description: str, other: Mapping[str, Any]) -> Schema:
    return {
        "type": "object",
        "description": description,
        "minProperties": 1,
        "propertyNames": {"pattern": "^[0-9]{1,3}$"},
        "additionalProperties": {"anyOf": [VALUES["text"].schema, other]},
    }


def _rule() -> Schema:
    rule: Schema = {"$ref": "#/$defs/rule"}
    words: dict[str, object] = {
        operator: {"type": "string", "pattern": f"^{CODE}$"} if takes == "nothing" else _about(_OPERANDS[takes])
        for operator, takes in TAKES.items()
    }
    several: Schema = {"type": "array", "minItems": 1, "items": rule}
    return {
        "type": "object",
        "description": "A condition on earlier answers; false about an item that is unanswered or not asked.",
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {**words, "all": several, "any": several, "not": rule},
        "additionalProperties": False,
    }


def _about(operand: Schema) -> Schema:
    return {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "propertyNames": {"pattern": f"^{CODE}$"},
        "additionalProperties": operand,
    }
