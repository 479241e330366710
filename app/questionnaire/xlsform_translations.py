"""The other languages of a form as translations of its survey: one PO file for each language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from app.language.languages import ALL_LANGUAGES
from app.language.po_files import PoEntry, find_plural_forms, format_translation, translation_path
from app.questionnaire.definition import Survey
from app.questionnaire.messages import sentences
from app.questionnaire.xlsform_reading import ImportedForm
from app.questionnaire.xlsform_words import language_key


def describe_translations(form: ImportedForm) -> Iterator[str]:
    """A line for every language whose words are not written anywhere."""
    for name, words in form.translations.items():
        yield f"language {name}: {len(words)} sentences are not kept; give a folder with --translations to keep them"


def write_translations(form: ImportedForm, survey: Survey, folder: Path) -> Iterator[str]:
    """Write each language to `<folder>/<language>/LC_MESSAGES/<survey>.po`; yields a line about each."""
    for name, words in form.translations.items():
        language = ALL_LANGUAGES.get(language_key(name))
        if language is None:
            yield f"language {name}: not kept, for the service does not know it; add it with `commontrust language add`"
            continue
        path = translation_path(folder, language.code, survey.catalog)
        entries = list(_entries(survey, words))
        path.parent.mkdir(parents=True, exist_ok=True)
        text = format_translation(language, find_plural_forms(path, language), entries)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
        kept = sum(bool(entry.translation) for entry in entries)
        yield f"language {name}: {kept} of {len(entries)} sentences in {path}"


def _entries(survey: Survey, words: Mapping[str, str]) -> Iterator[PoEntry]:
    for sentence in sentences(survey):
        found = words.get(sentence.context)
        yield PoEntry(sentence.text, sentence.context, comment=sentence.comment, translation=(found,) if found else ())
