"""The routes of the API: the scope that a key needs, and the models and statuses of each answer."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from fastapi import Depends
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.services.accounts.api_keys import READ_REPORTS, WRITE_MEASURES
from app.web.api import docs, measures, releases, reports
from app.web.api.access import bearer, program_behind, reader_of_reports, writer_of_measures
from app.web.api.models import (
    Definitions,
    EntriesKept,
    FiguresKept,
    Headline,
    PublishedReport,
    ReleaseDetail,
    ReleaseList,
    ReportList,
)
from app.web.api.responses import KNOWN, REFUSALS, Responses
from app.web.routing import PageRoute

REPORTS, RELEASES, MEASURES = "/api/v1/reports", "/api/v1/releases", "/api/v1/measures"
REPORT = f"{REPORTS}/{{community}}/{{wave}}"

# The function that checks the key of a request, for each scope.
KEY_CHECKS: Mapping[str, Callable[..., Any]] = {
    READ_REPORTS: reader_of_reports,
    WRITE_MEASURES: writer_of_measures,
}


@dataclass(frozen=True)
class ApiRoute(PageRoute):
    """A row of the API. Without a scope, no key is needed."""

    scope: str | None
    model: type[BaseModel]
    responses: Responses = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """The part of the path that names the resource."""
        return self.path.split("/")[3]


DOCS_ROUTE = PageRoute("GET", "/api/docs", docs.show_api)
API_ROUTES = (
    ApiRoute("GET", REPORTS, reports.list_reports, READ_REPORTS, ReportList, REFUSALS | KNOWN),
    ApiRoute("GET", REPORT, reports.show_report, READ_REPORTS, PublishedReport, REFUSALS | KNOWN | reports.MISSING),
    ApiRoute(
        "GET", f"{REPORT}/index", reports.show_headline, READ_REPORTS, Headline, REFUSALS | KNOWN | reports.MISSING
    ),
    ApiRoute("GET", RELEASES, releases.list_all, None, ReleaseList, KNOWN),
    ApiRoute("GET", f"{RELEASES}/{{release}}", releases.show_one, None, ReleaseDetail, KNOWN | releases.MISSING),
    ApiRoute("GET", MEASURES, measures.list_definitions, None, Definitions, KNOWN),
    ApiRoute(
        "POST",
        f"{MEASURES}/{{community}}",
        measures.keep_figures,
        WRITE_MEASURES,
        FiguresKept,
        REFUSALS | measures.MISSING | measures.BAD_ROWS,
    ),
    ApiRoute(
        "POST",
        f"{MEASURES}/{{community}}/registers/{{register}}",
        measures.keep_entries,
        WRITE_MEASURES,
        EntriesKept,
        REFUSALS | measures.MISSING | measures.BAD_ENTRIES,
    ),
)
ROUTES = (DOCS_ROUTE, *API_ROUTES)


def make_routes() -> list[BaseRoute]:
    return [Route(DOCS_ROUTE.path, DOCS_ROUTE.handler), *map(make_api_route, API_ROUTES)]


class KeyFirstRoute(APIRoute):
    """Check the key before the body is read: only programs with a key make the service parse anything."""

    def __init__(self, scope: str, path: str, handler: Callable[..., Any], **options: Any) -> None:
        self.key_scope = scope
        super().__init__(path, handler, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def check_and_answer(request: Request) -> Response:
            sent = await bearer(request)
            await run_in_threadpool(program_behind, request, sent, self.key_scope)
            return await answer(request)

        return check_and_answer


def make_api_route(row: ApiRoute) -> APIRoute:
    """Make a route of FastAPI, which describes itself in OpenAPI and checks the key before it reads a body."""
    kind = partial(KeyFirstRoute, row.scope) if row.scope and row.method == "POST" else APIRoute
    return kind(
        row.path,
        row.handler,
        methods=[row.method],
        response_model=row.model,
        responses=dict(row.responses),
        tags=[row.tag],
        operation_id=row.handler.__name__,  # the name of the function in a generated client
        dependencies=[Depends(KEY_CHECKS[row.scope])] if row.scope else None,
    )
