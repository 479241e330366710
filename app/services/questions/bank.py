"""The bank of questions: those of the surveys that come with the service, and of the community's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Engine

from app.errors import NotFound
from app.language.catalogs import load_catalog
from app.language.languages import ALL_LANGUAGES, SOURCE
from app.questionnaire.definition import Survey
from app.questionnaire.editing.changes import Add
from app.questionnaire.editing.document import dump, find_item, items_of, open_document
from app.questionnaire.editing.places import free_code, items_by_question
from app.questionnaire.loading import load_survey
from app.questionnaire.messages import Sentence, sentences
from app.services.questions.drafts import DraftQuestions, base_text
from app.services.reports.benchmarks import BenchmarkQuestion, load_benchmarks
from app.services.translations.own_words import bank_catalogs
from app.services.waves.own_surveys import get_own_text, list_own_surveys
from app.services.waves.plan_file import survey_path

BENCHMARKS = "benchmarks"


@dataclass(frozen=True)
class BankQuestion:
    """Hold a question of the bank; `state` says whether the draft asks it already."""

    code: str
    text: str
    kind: str
    part: str
    needs: tuple[str, ...]
    state: str  # "new", "same" or "other"
    compared: tuple[str, ...] = ()  # surveys that published figures of it or of a question close to it


def list_banks(engine: Engine, draft: DraftQuestions) -> list[tuple[str, str]]:
    """Return the surveys to choose questions from, each with its title."""
    shipped = [(name, load_survey(survey_path(name))) for name in bank_catalogs()]
    own = list_own_surveys(engine, draft.community)
    return [
        *((name, f"{survey.title} ({name} {survey.version})") for name, survey in shipped),
        (BENCHMARKS, "Questions of other surveys, with published figures"),
        *((each.choice, f"{each.title} ({each.survey_id} {each.version})") for each in own),
    ]


def read_bank(engine: Engine, draft: DraftQuestions, name: str) -> Survey:
    if name in bank_catalogs():
        return load_survey(survey_path(name))
    if name == BENCHMARKS:
        return load_survey(_write_benchmarks())
    if name.startswith("own:"):
        return load_survey(f"{get_own_text(engine, draft.community, name)}\n")
    raise NotFound("bank of questions", name, bank_catalogs())


@cache
def _write_benchmarks() -> str:
    """Return the questions of other surveys that may be quoted with their answers, as a survey file."""
    items = [
        {"code": _code_of(each), "construct": each.construct, "text": each.text, "kind": "single",
         "options": dict(enumerate(each.options, 1))}
        for each in load_benchmarks()
        if each.is_official and each.options
    ]  # fmt: skip
    section = {"id": BENCHMARKS, "title": "Questions of other surveys", "items": items}
    return dump({"id": BENCHMARKS, "version": "1", "title": section["title"], "sections": [section]})


def _code_of(question: BenchmarkQuestion) -> str:
    return question.id.replace("-", "_")[:24]


def _find_compared(bank: Survey, code: str) -> tuple[str, ...]:
    """Return the short names of the surveys with figures of a question of the bank."""
    found = (each for each in load_benchmarks() if each.asked_in.get(bank.id) == code or _code_of(each) == code)
    return tuple(dict.fromkeys(each.source.short for each in found))


def list_bank(draft: DraftQuestions, bank: Survey) -> list[BankQuestion]:
    """Return the questions of a bank in its order."""
    titles = {section.id: section.title for section in bank.sections}
    here, written = (
        items_by_question(draft.survey),
        {item["code"]: item for _, item in items_of(open_document(bank.text))},
    )
    return [
        BankQuestion(
            code=code,
            text=items[0].text,
            kind=items[0].kind.name,
            part=titles.get(items[0].section, ""),
            needs=tuple(need for need in _needs(written[code]) if need not in here),
            compared=_find_compared(bank, code),
            state="new" if code not in here else "same" if here[code][0].text == items[0].text else "other",
        )
        for code, items in items_by_question(bank).items()
    ]


def _needs(item: Mapping[str, Any]) -> Iterator[str]:
    """Yield the questions of the bank that the condition of a question names."""
    if "for_each" in item:
        yield str(item["for_each"])
    yield from dict.fromkeys(_names_in(item.get("show_if")))


def _names_in(rule: Any) -> Iterator[str]:
    """Yield the questions that a condition of a file names."""
    if isinstance(rule, list):
        for each in rule:
            yield from _names_in(each)
        return
    for word, value in (rule or {}).items():
        if word in ("all", "any", "not"):
            yield from _names_in(value)
        else:
            yield value if isinstance(value, str) else next(iter(value))


def take_from_bank(draft: DraftQuestions, bank: Survey, code: str, section: str) -> Add:
    """Return the change that adds a question with its words, its scale and its translations.

    A code that the draft uses for something else gets a letter; so does the name of a scale.
    """
    document = open_document(bank.text)
    fields = dict(find_item(document, code)[2])
    fields["code"] = free_code(code, frozenset(items_by_question(draft.survey)) | frozenset(draft.survey.items))
    fields.pop("key_variable", None)  # population tables of the round know no other
    for name in ("dont_know", "prefer_not"):
        fields.setdefault(name, document.get("defaults", {}).get(name, False))
    if fields.get("kind") == "ranking":
        fields.pop("dont_know"), fields.pop("prefer_not")
    fields.pop("off_by_default", None)
    scales, renamed = _scale_of(draft, document, fields)
    moved = {code: fields["code"]} | renamed
    return Add(section, fields, scales, _translations(bank, moved))


def _scale_of(draft: DraftQuestions, document: Any, fields: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the scale that a question needs, and its old and new name."""
    name = fields.get("scale")
    if not name:
        return {}, {}
    scale, known = document["scales"][name], open_document(draft.text).get("scales", {})
    wanted = name
    while wanted in known and _plain(known[wanted]) != _plain(scale):
        wanted = free_code(name, frozenset(known))
    fields["scale"] = wanted
    return {wanted: scale}, {name: wanted}


def _plain(scale: Any) -> Any:
    return {
        name: dict(value) if isinstance(value, dict) else value for name, value in scale.items() if name != "comment"
    }


def _translations(bank: Survey, moved: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the translations of the sentences of a question and its scale, under their names in the draft."""
    wanted = [each for each in sentences(bank) if each.context.partition(".")[0] in moved]
    found: dict[str, dict[str, str]] = {}
    for language in ALL_LANGUAGES:
        if language != SOURCE and (lines := dict(_lines(bank, wanted, language, moved))):
            found[language] = lines
    return found


def _lines(bank: Survey, wanted: list[Sentence], language: str, moved: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    words = load_catalog(language, bank.catalog)
    own = bank.translations.get(language, {})
    for each in wanted:
        name, _, rest = each.context.partition(".")
        kept = own.get(each.context) or next(iter(words.find(each.text, each.context) or ()), "")
        if kept and (moved[name] != name or not base_text(bank)):
            yield f"{moved[name]}.{rest}", kept
