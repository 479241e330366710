"""Check the key of each request, and turn a refusal into an HTTP status."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine
from starlette.exceptions import HTTPException

from app.services.accounts.api_keys import (
    READ_REPORTS,
    WRITE_MEASURES,
    KeyRefused,
    OutsideScope,
    Reader,
    check_key,
    env_of,
)

bearer = HTTPBearer(auto_error=False, scheme_name="key", description="A key that `commontrust key create` made.")

ASK_FOR_KEY = {"WWW-Authenticate": 'Bearer realm="commontrust"'}


def engine_of(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine


Sent = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


def reader_of_reports(request: Request, sent: Sent) -> Reader:
    """Return the program, if its key may read reports."""
    return program_behind(request, sent, READ_REPORTS)


def writer_of_measures(request: Request, sent: Sent) -> Reader:
    """Return the program, if its key may write figures of its agencies."""
    return program_behind(request, sent, WRITE_MEASURES)


def program_behind(request: Request, sent: HTTPAuthorizationCredentials | None, scope: str) -> Reader:
    """Return the program of the key: 401 without a valid key, 403 where the key has another scope."""
    env, text = env_of(request.app.state.settings), sent.credentials if sent else None
    try:
        return check_key(engine_of(request), env, text, scope, datetime.now(UTC))
    except KeyRefused as refused:
        raise HTTPException(401, str(refused), ASK_FOR_KEY) from None
    except OutsideScope as refused:
        raise HTTPException(403, str(refused)) from None


DatabaseEngine = Annotated[Engine, Depends(engine_of)]
ReportReader = Annotated[Reader, Depends(reader_of_reports)]
MeasureWriter = Annotated[Reader, Depends(writer_of_measures)]
