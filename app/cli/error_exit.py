"""Turn an exception into one sentence for the terminal and an exit status."""

from __future__ import annotations

import typer
from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from analysis.errors import AnalysisError
from app.errors import Refused
from app.language.catalogs import MissingSentence
from app.questionnaire.problems import SurveyProblems

BAD_INPUT = 2
OUR_FAULT = 1


def describe(error: Exception) -> tuple[str, int]:
    match error:
        case typer.TyperException():
            return _sentence(error.format_message() + _arrived(error)), error.exit_code
        case typer.Abort():
            return "Stopped.", OUR_FAULT
        case Refused() | SurveyProblems() | MissingSentence() | AnalysisError():
            return _sentence(str(error)), BAD_INPUT
        case SQLAlchemyError():
            return _describe_database(error), BAD_INPUT
        case OSError():
            target = error.filename if error.filename is not None else "the system"
            return f"Expected to use {target}, got: {error.strerror or error}.", BAD_INPUT
        case _:
            return f"Something went wrong inside: {type(error).__name__}: {error}", OUR_FAULT


def _arrived(error: Exception) -> str:
    """Return the typed value, where an argument does not fit."""
    cause = error.__cause__
    return f", got {cause.errors()[0]['input']!r}" if isinstance(cause, ValidationError) else ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) or "\n" in text else ".")


def _describe_database(error: SQLAlchemyError) -> str:
    """Describe a database error without its SQL statement, which may contain hashes."""
    if isinstance(error, ArgumentError):
        return "Expected an address such as postgresql://user@host/name in COMMONTRUST_DATABASE_URL, got another text."
    reason = " ".join(str(error.orig).split()) if isinstance(error, DBAPIError) else type(error).__name__
    return f"Expected a database that answers at COMMONTRUST_DATABASE_URL, got: {reason}."
