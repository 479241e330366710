"""Find recordings of a survey's questions, read aloud by people: `surveys/<id>/audio/<language>/<code>.mp3`."""

from __future__ import annotations

from pathlib import Path

from app.paths import SURVEYS
from app.questionnaire.definition import Survey


def find_recording(survey: Survey, language: str, code: str, surveys: Path = SURVEYS) -> Path | None:
    """Return the recording of an item in a language, if the survey lists the language."""
    if language not in survey.audio or code not in survey.questions:
        return None
    path = recording_path(survey, language, code, surveys)
    return path if path.is_file() else None


def recording_path(survey: Survey, language: str, code: str, surveys: Path = SURVEYS) -> Path:
    return surveys / survey.catalog / "audio" / language / f"{code}.mp3"


def find_missing_recordings(survey: Survey, surveys: Path = SURVEYS) -> dict[str, list[str]]:
    """Return the items without a recording, by each language that the survey lists."""
    found = {
        language: [code for code in survey.questions if find_recording(survey, language, code, surveys) is None]
        for language in survey.audio
    }
    return {language: codes for language, codes in found.items() if codes}
