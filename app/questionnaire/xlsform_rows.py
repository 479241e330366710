"""The rows of the sheet `survey`, in order: groups become sections, questions items, notes introductions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.questionnaire.definition import ChoiceList, Row
from app.questionnaire.kinds import KINDS
from app.questionnaire.kinds.choices import is_ours
from app.questionnaire.relevance import Asked, NotUnderstood, Written, read_relevant
from app.questionnaire.shape import LONGEST_TEXT
from app.questionnaire.xlsform_cascades import Branch, split
from app.questionnaire.xlsform_choices import OFF_SCALE, Lists, is_wordless, read_filter
from app.questionnaire.xlsform_columns import WITH_LIST, Type, is_yes, read_type
from app.questionnaire.xlsform_expressions import read_expression
from app.questionnaire.xlsform_lost import note_lost_columns
from app.questionnaire.xlsform_names import FormNames
from app.questionnaire.xlsform_own import OwnLists
from app.questionnaire.xlsform_problems import FormReport
from app.questionnaire.xlsform_sheets import ROW
from app.questionnaire.xlsform_tables import TABLE, find_table, shows_headings
from app.questionnaire.xlsform_words import Words

UNTITLED = "Questions"
UNKNOWN = (
    "there are only coded answers: select_one, select_multiple, rank, integer and range with bounds, month and year"
)
KIND_OF_TYPE = {word: kind for kind in KINDS.values() for word in kind.workbook.takes}


@dataclass(frozen=True)
class Group:
    """An open group: its row, its title, and the conditions of itself and of all around it."""

    row: Row
    word: str
    title: str | None
    conditions: tuple[Written, ...]
    refused: str = ""


@dataclass
class RowReader:
    """Builds the sections of a survey; every row that is not taken goes to the report."""

    sheets: Mapping[str, list[Row]]
    words: Words
    source: Words
    report: FormReport
    names: FormNames
    groups: list[Group] = field(default_factory=list)
    asked: dict[str, Asked] = field(default_factory=dict)
    sections: list[dict[str, Any]] = field(default_factory=list)
    notes: list[tuple[Row, str, int]] = field(default_factory=list)
    open_path: tuple[str, ...] | None = None
    left_out: Mapping[int, str] = field(default_factory=dict)  # rows to refuse, with the reason

    def __post_init__(self) -> None:
        lists: dict[str, list[Row]] = {}
        for row in self.sheets.get("choices", []):
            lists.setdefault(row.get("list_name", ""), []).append(row)
        settings = next(iter(self.sheets.get("settings", [])), {})
        self.lists = Lists(lists, self.words, self.source, is_yes(settings.get("allow_choice_duplicates")))
        self.own = OwnLists(lists, self.words)

    @property
    def scales(self) -> dict[str, dict[str, Any]]:
        return self.own.scales

    def read(self) -> list[dict[str, Any]]:
        rows = self.sheets["survey"]
        note_lost_columns(rows, self.sheets.get("choices", []), self.report)
        for group in self._questions(rows):
            self._read(group)
        for left in self.groups:
            self._refuse(left.row, f"begins a {left.word} that has no end", broken=True)
        self._drop_notes(0)
        return self.sections

    def _questions(self, rows: Sequence[Row]) -> Iterator[list[Row]]:
        """The rows of each question: one, several neighbors that name one question, or a table."""
        rest = [row for row in rows if not self._is_disabled(row)]
        at = 0
        while at < len(rest):
            table, taken = find_table(rest, at)
            if table:
                yield table
                at += taken
                continue
            own = rest[at].get("ct_question")
            last = at + 1
            while own and last < len(rest) and rest[last].get("ct_question") == own:
                last += 1
            yield rest[at:last]
            at = last

    def _is_disabled(self, row: Row) -> bool:
        if not is_yes(row.get("disabled")):
            return False
        self.asked[row.get("name", "")] = Asked("", refusal=f"{row.get('name')} is disabled")
        self.report.note(int(row[ROW]), _name(row), "is disabled: it is not asked")
        return True

    def _refuse(self, row: Row, message: str, broken: bool = False) -> None:
        self.report.refuse(int(row[ROW]), _name(row), message, broken=broken)
        if name := row.get("name"):
            self.asked.setdefault(name, Asked("", refusal=f"{name} is not taken (row {row[ROW]})"))

    def _note(self, row: Row, message: str) -> None:
        self.report.note(int(row[ROW]), _name(row), message)

    # --- one row

    def _read(self, rows: list[Row]) -> None:
        row, kind = rows[0], read_type(rows[0].get("type", ""))
        if kind.word.startswith("begin ") and kind.word != TABLE:
            self._begin(row, kind.word.removeprefix("begin "))
        elif kind.word.startswith("end "):
            self._end(row, kind.word.removeprefix("end "))
        elif kind.word == "metadata":
            self._note(row, f"is not kept: answers come without {row['type']}")
            self.asked[row.get("name", "")] = Asked("", refusal=f"{row.get('name')} is not kept")
        elif not kind.word:
            self._no_type(row)
        elif refused := next((group.refused for group in self.groups if group.refused), ""):
            self._refuse(row, refused)
        elif kind.word == "note":
            self._hold_note(row)
        elif kind.word in WITH_LIST and shows_headings(row):
            self._note(row, "shows the headings of a table, and is no question")
        else:
            self._try(rows, self._table if kind.word == TABLE else self._question)

    def _no_type(self, row: Row) -> None:
        if "name" in row or any(column.partition("::")[0] == "label" for column in row):
            self._refuse(row, "expected a type, found none")

    def _try(self, rows: list[Row], read: Any) -> None:
        try:
            if reason := self.left_out.get(int(rows[0][ROW])):
                raise NotUnderstood(reason)
            items = read(rows)
        except NotUnderstood as problem:
            self._refuse(rows[0], str(problem))
            return
        self._section(rows[0])["items"].extend(items)

    # --- groups

    def _begin(self, row: Row, word: str) -> None:
        refused = "" if word == "group" else f"stands in a {word} (row {row[ROW]}), which a survey does not have"
        conditions, title = self.groups[-1].conditions if self.groups else (), None
        try:
            title = self.words.read(row, "label")
            own = self._condition(row)
            conditions = (*conditions, own) if own else conditions
            if reason := self.left_out.get(int(row[ROW])):
                raise NotUnderstood(reason)
        except NotUnderstood as problem:
            self._refuse(row, str(problem))
            refused = refused or f"stands in a group (row {row[ROW]}) that is not taken"
        if word != "group":
            self._refuse(row, f"expected a group, found a {word}")
        title = title or (self.groups[-1].title if self.groups else None)
        self.groups.append(Group(row, word, title, conditions, refused))

    def _end(self, row: Row, word: str) -> None:
        if not self.groups or self.groups[-1].word != word:
            begun = f"{self.groups[-1].word} of row {self.groups[-1].row[ROW]}" if self.groups else "nothing"
            self._refuse(row, f"ends a {word}, but {begun} is open", broken=True)
            return
        self._drop_notes(len(self.groups))
        self.groups.pop()

    def _section(self, row: Row) -> dict[str, Any]:
        """The section of the open groups; a note or a change of group begins a new one."""
        path = tuple(group.row[ROW] for group in self.groups)
        if path != self.open_path or self.notes:
            self.sections.append(self._new_section(row))
            self.open_path = path
        return self.sections[-1]

    def _new_section(self, row: Row) -> dict[str, Any]:
        group = self.groups[-1] if self.groups else None
        head = group.row if group else {ROW: row[ROW]}
        own = "ct_id" in head
        name = head["ct_id"] if own else self.names.to_section(head.get("name") or f"part-{head[ROW]}", int(head[ROW]))
        if own:
            self.names.keep(f"section {name}", int(head[ROW]))
        return without_empty(
            {
                "id": name,
                "title": (group.title if group else None) or self.words.fixed(UNTITLED),
                "introduction": head.get("ct_introduction") or self._take_notes(),
                "sensitive": True if head.get("ct_sensitive") == "yes" else None,
                "support": head.get("ct_support"),
                "support_from": head.get("ct_support_from"),
                "show_if": _together(group.conditions if group else ()),
                "items": [],
            }
        )

    # --- notes

    def _hold_note(self, row: Row) -> None:
        """Keep a note until the next question, whose section it introduces."""
        try:
            text = self.words.read(row, "label")
        except NotUnderstood as problem:
            self._note(row, f"is not kept: {problem}")
            return
        if "relevant" in row:
            self._note(row, "is not kept: a note that is shown only under a condition has no place")
        elif text:
            self.notes.append((row, text, len(self.groups)))

    def _take_notes(self) -> str | None:
        kept: list[str] = []
        outside = sum(1 for group in self.groups if "relevant" not in group.row)
        for row, text, depth in self.notes:
            conditional = any("relevant" in group.row for group in self.groups[depth:]) or outside < 0
            fits = len("\n".join([*kept, text])) <= LONGEST_TEXT
            if conditional or not fits:
                why = "the group after it is shown only under a condition" if conditional else "it is too long"
                self._note(row, f"is not kept: {why}")
            else:
                kept.append(text)
        self.notes = []
        return "\n".join(kept) or None

    def _drop_notes(self, depth: int) -> None:
        """Report the notes of a group that ends without a question after them."""
        for row, _, at in self.notes:
            if at >= depth:
                self._note(row, "is not kept: no question of its group comes after it")
        self.notes = [each for each in self.notes if each[2] < depth]

    # --- questions

    def _condition(self, row: Row) -> Written | None:
        text = row.get("relevant")
        if not text:
            return None
        try:
            return read_relevant(text, None if is_ours(row) or "ct_id" in row else self.asked)
        except NotUnderstood as problem:
            raise NotUnderstood(f"its relevant column is not understood: {problem}") from None

    def _question(self, rows: list[Row]) -> list[dict[str, Any]]:
        return [self._own(rows)] if is_ours(rows[0]) else self._other(rows[0])

    def _own(self, rows: list[Row]) -> dict[str, Any]:
        row = rows[0]
        kind = KINDS.get(row.get("ct_kind", "scale"))
        if kind is None:
            raise NotUnderstood(f"expected a kind of question in ct_kind, found {row['ct_kind']!r}")
        lists = [self.own.read(each, read_type(each.get("type", "")).list_name) for each in rows]
        self.names.keep(row.get("ct_question") or row.get("name", ""), int(row[ROW]))
        return without_empty(
            {
                "code": row.get("ct_question") or row.get("name"),
                "construct": row.get("ct_construct"),
                "text": row.get("ct_text") or self.words.read(row, "label"),
                "note": self.words.read(row, "hint"),
                **kind.workbook.read(rows, lists),
                "reversed": True if row.get("ct_reversed") == "yes" else None,
                "sensitive": {"yes": True, "no": False}.get(row.get("ct_sensitive", "")),
                "visible": True if row.get("ct_visible") == "yes" else None,
                "key_variable": row.get("ct_key_variable"),
                **_off_scale(lists[0]),
                "show_if": self._condition(row),
            }
        )

    def _other(self, row: Row) -> list[dict[str, Any]]:
        """A question of another tool: one item, or one for each set of choices that its filter leaves."""
        of = read_type(row["type"])
        if of.word not in KIND_OF_TYPE:
            raise NotUnderstood(f"found type {row['type']!r}, but {UNKNOWN}")
        self._check_name(row)
        if is_yes(row.get("read_only")):
            raise NotUnderstood("is read only: no one can answer it")
        if "search(" in row.get("appearance", "").replace(" ", ""):
            raise NotUnderstood("takes its choices from a file (search() in its appearance), which is not read")
        if of.or_other:
            self._note(row, 'offers "Other"; the words that people would type there are not kept')
        branches = self._branches(row, of)
        if any(branch.condition for branch in branches):
            return self._cascade(row, of, branches)
        found = self._choices(row, of, branches[0].rows if branches else None)
        of = self._as_box(row, of, found)
        fields = self._fields(row, of, found)
        code = self.names.to_code(row["name"], int(row[ROW]))
        self.asked[row["name"]] = _asked(row, code, of, found)
        self._note_codes(row, found)
        return [{"code": code, **fields}]

    def _fields(self, row: Row, of: Type, found: ChoiceList, condition: Written | None = None) -> dict[str, Any]:
        """The fields of an item without its code; `condition` is that of its choices."""
        conditions = [each for each in (self._condition(row), condition) if each]
        return without_empty(
            {
                "text": self._text(row),
                "note": self.words.read(row, "hint"),
                **KIND_OF_TYPE[of.word].workbook.read([row], [found]),
                **_off_scale(found),
                "show_if": _together(conditions),
            }
        )

    def _branches(self, row: Row, of: Type) -> list[Branch]:
        """The sets of choices that a choice_filter leaves; none without one."""
        text = row.get("choice_filter")
        if not text or of.word not in WITH_LIST:
            return []
        choices = self.lists.find(of.list_name)
        try:
            tree, words = read_filter(text, choices)
            shown = [read_expression(each["relevant"]) for each in self._around(row) if "relevant" in each]
            branches = split(choices, tree, self.asked, shown)
        except NotUnderstood as problem:
            raise NotUnderstood(f"its choice_filter cannot be kept: {problem}") from None
        for word in words:
            self._note(row, f"its choice_filter compares with the text {word!r}: the sheet choices has no such column")
        return branches

    def _as_box(self, row: Row, of: Type, found: ChoiceList) -> Type:
        """A question with one choice is a box to tick."""
        if of.word != "select_one" or len(found.options) != 1:
            return of
        self._note(row, "offers one choice: it becomes a box to tick")
        return replace(of, word="select_multiple")

    def _around(self, row: Row) -> list[Row]:
        """The rows of the open groups, then the row."""
        return [*(group.row for group in self.groups), row]

    def _cascade(self, row: Row, of: Type, branches: Sequence[Branch]) -> list[dict[str, Any]]:
        """One item for each set of choices; a set of one choice needs none."""
        several = of.word != "select_one"
        lists = [self._choices(row, of, branch.rows) for branch in branches]
        if all(len(found.codes) == 1 for found in lists):
            raise NotUnderstood("its choice_filter leaves one choice for each earlier answer: there is nothing to ask")
        items, parts = [], []
        for branch, found in zip(branches, lists, strict=True):
            if len(found.codes) == 1 and not several:
                parts.append(Asked("", codes=found.codes, settled=branch.condition, worlds=branch.worlds))
                continue
            as_asked = self._as_box(row, of, found)
            fields = self._fields(row, as_asked, found, branch.condition)
            code = self.names.to_part(f"{row['name']}_{branch.name}", int(row[ROW]))
            parts.append(replace(_asked(row, code, as_asked, found), worlds=branch.worlds))
            items.append({"code": code, **fields})
        self.asked[row["name"]] = replace(_asked(row, row["name"], of, lists[0]), codes=None, parts=tuple(parts))
        self._note_cascade(row, items, len(parts) - len(items))
        self._note_codes(row, ChoiceList({}, {name: code for found in lists for name, code in found.codes.items()}))
        return items

    def _note_cascade(self, row: Row, items: Sequence[Mapping[str, Any]], settled: int) -> None:
        codes = ", ".join(item["code"] for item in items)
        self._note(row, f"becomes {len(items)} questions, one for each set of choices that its filter leaves: {codes}")
        if settled:
            sets = f"{settled} set{'s' * (settled > 1)}"
            self._note(row, f"is not asked where its filter leaves one choice ({sets}); conditions take it as chosen")

    def _check_name(self, row: Row) -> None:
        if not row.get("name"):
            raise NotUnderstood("expected a name, found none")
        if row["name"] in self.asked:
            raise NotUnderstood(f"expected every name once, found {row['name']} again")

    def _text(self, row: Row) -> str:
        text = self.words.read(row, "label")
        if not text:
            raise NotUnderstood(f"expected words in its label{self._language()}, found none")
        return text

    def _language(self) -> str:
        return f" ({self.words.language})" if self.words.language else ""

    def _choices(self, row: Row, of: Type, kept: Sequence[Row] | None = None) -> ChoiceList:
        if of.word not in WITH_LIST:
            return ChoiceList({}, {})
        found = self.lists.read(of.list_name, kept, of.or_other)
        wordless = [each["name"] for each in self.lists.find(of.list_name) if is_wordless(each)]
        if shown := [name for name in wordless if name in found.codes]:
            self._note(row, f"has choices without words, which show their names: {', '.join(shown)}")
        return found

    def _note_codes(self, row: Row, found: ChoiceList) -> None:
        changed = [f"{name} is {code}" for name, code in found.codes.items() if name != str(code)]
        if changed:
            self._note(row, f"has these codes: {', '.join(changed)}")

    def _table(self, rows: list[Row]) -> list[dict[str, Any]]:
        """A table of questions on one list as a grid."""
        head, body = rows[0], rows[1:]
        self._check_name(head)
        found = self._choices(head, read_type(body[0]["type"]))
        code = self.names.to_code(head["name"], int(head[ROW]))
        scale = self.own.add_scale(f"{code}_scale", found)
        lines = [{**row, "statement": self._text(row), "ct_scale": scale} for row in body]
        fields = KIND_OF_TYPE["table-list"].workbook.read(lines, [found])
        self.asked[head["name"]] = Asked("", refusal=f"{head['name']} is a table: ask one of its rows")
        for number, row in enumerate(body, 1):
            self._check_name(row)
            self.asked[row["name"]] = Asked(f"{code}_{number}", False, found.codes)
            self._note(row, f"has the code {code}_{number} here")
        self._note_codes(head, found)
        item = {
            "code": code,
            "text": self._text(head),
            "note": self.words.read(head, "hint"),
            **fields,
            **_off_scale(found),
            "show_if": self._condition(head),
        }
        return [without_empty(item)]


def _asked(row: Row, code: str, of: Type, found: ChoiceList) -> Asked:
    """A question of another tool as later conditions ask it."""
    refusal = f"{row['name']} is of type {of.word}, which no condition can ask" if of.word in ("rank", "date") else ""
    return Asked(code, of.word == "select_multiple", found.codes if of.word in WITH_LIST else None, refusal)


def _name(row: Row) -> str:
    return row.get("name") or row.get("type") or "survey"


def _off_scale(found: ChoiceList) -> dict[str, bool]:
    return {field: True for code, field in OFF_SCALE.items() if code in found.codes.values()}


def _together(conditions: Sequence[Written]) -> Written | None:
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else {"all": list(conditions)}


def without_empty(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
