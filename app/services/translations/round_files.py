"""Write the sentences of a round as PO or XLIFF for translators, and take their file back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Engine

from app.errors import BadTranslation
from app.language.catalogs import Key
from app.language.completeness import find_faults
from app.language.languages import get_language
from app.language.plural_forms import count_forms, numbers_of
from app.language.po_files import PoEntry, find_plural_forms, format_translation, translation_path
from app.language.xliff import Exchanged, format_xliff
from app.paths import LOCALES
from app.records.audit_log import record_act
from app.records.database import writing
from app.records.own_words import OwnTranslation, sentence_key
from app.records.waves import get_wave
from app.services.common.actor import Actor
from app.services.common.limited_process import TooCostly, run_limited
from app.services.translations.exchange import Format, read_translation
from app.services.translations.workbench import Workbench, WorkSentence, check_is_draft, open_workbench, read_workbench

MOST_LISTED = 20


@dataclass(frozen=True)
class StoredRound:
    """Count the sentences of an import that are new or changed; `left_out` were empty or marked as unsure."""

    changed: int
    left_out: int


def export_round(engine: Engine, slug: str, language: str, format: Format) -> str:
    """Return the sentences of a round in a language as a file for translators; stale ones are marked as unsure."""
    bench = open_workbench(engine, slug, language)
    entries, plural_forms = _to_entries(bench), _plural_forms(bench)
    if format == "po":
        return format_translation(get_language(language), plural_forms, entries)
    exchanged = Exchanged(language, bench.catalog, tuple(entries))
    version = "1.2" if format == "xliff-1.2" else "2.0"
    return format_xliff(version, exchanged, count_forms(plural_forms), numbers_of(plural_forms))  # type: ignore[arg-type]


def _plural_forms(bench: Workbench) -> str:
    return find_plural_forms(translation_path(LOCALES, bench.language, bench.catalog), get_language(bench.language))


def _to_entries(bench: Workbench) -> list[PoEntry]:
    found = [
        PoEntry(
            each.text,
            each.context,
            comment=each.comment,
            location=bench.wave,
            translation=tuple(filter(None, (each.translation or each.earlier,))),
            fuzzy=not each.translation and bool(each.earlier),
        )
        for each in bench.sentences
    ]
    return list({entry.key: entry for entry in found}.values())


def _read_apart(bench: Workbench, text: str, source: str) -> list[PoEntry]:
    """Read a translator's file in a limited process."""
    wanted = {"language": bench.language, "domain": bench.catalog, "plural_forms": _plural_forms(bench)}
    try:
        answer = run_limited(convert_translation, text.encode("utf-8", "replace"), source=source, **wanted)
    except TooCostly as refused:
        raise BadTranslation(source, [f"expected a file that can be read {refused.expected}"]) from None
    if answer["problems"]:
        raise BadTranslation(source, answer["problems"])
    return [PoEntry(**each, translation=tuple(forms)) for each, forms in answer["entries"]]


def convert_translation(
    content: bytes, source: str, language: str, domain: str, plural_forms: str
) -> dict[str, list[Any]]:
    """Return the sentences of a translator's file, or its problems, as plain data."""
    try:
        found = read_translation(language, domain, content.decode(), source, plural_forms)
    except BadTranslation as refused:
        return {"problems": [*refused.problems[:MOST_LISTED]], "entries": []}
    return {"problems": [], "entries": [(_facts_of(each), each.translation) for each in found]}


def _facts_of(entry: PoEntry) -> dict[str, Any]:
    return {"text": entry.text, "context": entry.context, "plural": entry.plural, "fuzzy": entry.fuzzy}


def import_round(engine: Engine, slug: str, language: str, text: str, source: str, actor: Actor) -> StoredRound:
    """Store a translator's file whole, or refuse it with its faults. A sentence that it leaves out stays as it is."""
    found = _read_apart(open_workbench(engine, slug, language), text, source)
    with writing(engine) as session:
        wave = get_wave(session, slug)
        check_is_draft(wave)
        bench = read_workbench(session, wave, language)
        known: dict[Key, WorkSentence] = {(each.context, each.text): each for each in bench.sentences}
        arrived = [each for each in found if each.translation and not each.fuzzy]
        faults = [f"a sentence that this round does not have: {each.text!r}" for each in found if each.key not in known]
        template = [replace(each, translation=(), fuzzy=False) for each in arrived if each.key in known]
        faults += map(str, find_faults(language, bench.catalog, template, arrived, 1))
        if faults:
            more = [f"and {len(faults) - MOST_LISTED} more"] if len(faults) > MOST_LISTED else []
            raise BadTranslation(source, [*faults[:MOST_LISTED], *more])
        changed = [each for each in arrived if each.translation[0] != known[each.key].translation]
        session.add_all(
            OwnTranslation(
                community_id=wave.community_id,
                language=language,
                key=sentence_key(str(each.context), each.text),
                context=str(each.context),
                text=each.text,
                translation=each.translation[0],
                translator=actor.name,
                made_on=actor.now.date(),
            )
            for each in changed
        )
        record_act(session, actor.name, "translation loaded", f"{slug}/{language}", actor.now, changed=len(changed))
        return StoredRound(len(changed), len(found) - len(arrived))
