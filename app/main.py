"""The whole service as one application: settings in, routes and their surroundings out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from app.records.database import connect
from app.services.intake.submission import BallotBox
from app.settings import Settings
from app.version import VERSION
from app.web import health, home
from app.web.admin.dispatch import Dispatcher
from app.web.admin.routes import ROUTES
from app.web.api import docs as api_docs
from app.web.api import measures as api_measures
from app.web.api import releases as api_releases
from app.web.api import reports as api_reports
from app.web.error_pages import PlainFailures, add_error_pages
from app.web.headers import SecurityHeaders
from app.web.metrics import RoundedCounters
from app.web.releases.routes import DataPages
from app.web.reports.pdf_pages import PrintedReports
from app.web.reports.routes import ReportPages
from app.web.resident.help_point_pages import DeskPages
from app.web.resident.survey_pages import ResidentPages
from app.web.scorecards.routes import ScorecardPages

# Traces would carry addresses and queries.
SILENT: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


def create_app(settings: Settings) -> FastAPI:
    ballots, counters = BallotBox(settings), RoundedCounters()
    engine = connect(settings.database_url)
    published = connect(settings.reading_url) if settings.reading_url else engine
    reports = ReportPages(published)
    data = DataPages(engine, settings)
    papers = PrintedReports(reports, settings.base_url, settings.font_dir)
    scorecards = ScorecardPages(engine, settings.base_url, settings.font_dir)

    @asynccontextmanager
    async def taking_answers(app: FastAPI) -> AsyncIterator[None]:
        ballots.start()
        try:
            yield
        finally:
            ballots.stop()
            engine.dispose()
            published.dispose()

    app = FastAPI(
        title="Commontrust",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        telemetry=SILENT,
        lifespan=taking_answers,
    )
    app.state.settings, app.state.ballots, app.state.counters = settings, ballots, counters
    app.state.engine = engine
    app.state.list_reports = lambda lang: (*reports.list_for_home(lang), *scorecards.list_for_home(lang))
    app.state.link_to_data = data.link_for_home
    for routes in (home, health, api_docs, api_reports, api_releases, api_measures):
        app.include_router(routes.router)
    staff = Dispatcher(engine, settings, ROUTES)
    pages = (reports, papers, scorecards, data, staff)
    app.router.routes.extend(route for each in pages for route in each.routes())
    add_error_pages(app)
    # The last one added is the outermost.
    app.add_middleware(ResidentPages, ballots=ballots, counters=counters)
    app.add_middleware(DeskPages, ballots=ballots, counters=counters)
    app.add_middleware(PlainFailures)
    app.add_middleware(SecurityHeaders, over_tls=settings.base_url.startswith("https:"))
    return app
