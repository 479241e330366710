"""The lists of a workbook that `to_xlsform` wrote, whose `ct_...` columns hold everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from app.questionnaire.definition import ChoiceList, Row
from app.questionnaire.relevance import NotUnderstood
from app.questionnaire.xlsform_choices import OFF_SCALE
from app.questionnaire.xlsform_sheets import ROW
from app.questionnaire.xlsform_words import Words


@dataclass
class OwnLists:
    """Reads lists whose names are codes, and keeps those of a shared scale as that scale."""

    rows: Mapping[str, Sequence[Row]]
    words: Words
    scales: dict[str, dict[str, Any]] = field(default_factory=dict)

    def read(self, row: Row, name: str) -> ChoiceList:
        if name not in self.rows:
            raise NotUnderstood(f"expected a list of the sheet choices, found {name!r}")
        codes: dict[str, int] = {}
        options: dict[int, str | dict[str, object]] = {}
        for choice in self.rows[name]:
            code = _code(choice, name)
            codes[str(code)] = code
            if code not in OFF_SCALE:
                options[code] = self._option(choice, code)
        if scale := row.get("ct_scale"):
            self.scales.setdefault(scale, _scale(options, self.rows[name]))
        return ChoiceList(options, codes)

    def _option(self, choice: Row, code: int) -> str | dict[str, object]:
        text = choice.get("ct_text") or self.words.read(choice, "label") or str(code)
        more: dict[str, object] = {"exclusive": True} if choice.get("ct_exclusive") == "yes" else {}
        if people := choice.get("ct_people"):
            more["people"] = people
        return {"text": text, **more} if more else DoubleQuotedScalarString(text)

    def add_scale(self, name: str, found: ChoiceList) -> str:
        """The name of the scale with these options; a new one where there is none."""
        scale = {"options": dict(sorted(found.options.items()))}
        known = next((each for each, other in self.scales.items() if other == scale), name)
        self.scales.setdefault(known, scale)
        return known


def _code(choice: Row, name: str) -> int:
    text = choice.get("name", "")
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 5):
        where = f"sheet choices, row {choice[ROW]}"
        raise NotUnderstood(f"expected choices of list {name} named by numbers, found {text!r} ({where})")
    return int(text)


def _scale(options: Mapping[int, object], choices: Sequence[Row]) -> dict[str, Any]:
    ends = {int(choice["name"]): choice["ct_end"] for choice in choices if "ct_end" in choice}
    if len(ends) == 2:
        low, high = sorted(ends)
        return {"from": low, "to": high, "low": ends[low], "high": ends[high]}
    return {"options": dict(options)}
