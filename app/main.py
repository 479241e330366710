"""Make the application from its settings: the routes of every web package, error pages and headers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig

from app.records.database import connect
from app.services.dashboard.machine_figures import measure_machine
from app.services.holders.service_secret import key_audit_log
from app.services.intake.submission import BallotBox
from app.settings import Settings
from app.version import VERSION
from app.web.admin import routes as admin
from app.web.api import routes as api
from app.web.api.responses import refuse_body
from app.web.error_pages import PlainFailures, add_error_pages
from app.web.headers import SecurityHeaders
from app.web.metrics import RoundedCounters, SharedCounters
from app.web.pdf_files import PdfFiles
from app.web.releases import routes as releases
from app.web.releases.handlers import DataPages
from app.web.reports import routes as reports
from app.web.reports.handlers import ReportPages
from app.web.request_limits import RequestLimits
from app.web.resident import routes as resident
from app.web.resident.direct_routes import DirectRoutes
from app.web.resident.help_point_pages import DeskPages
from app.web.resident.survey_pages import ResidentPages
from app.web.scorecards import routes as scorecards
from app.web.scorecards.handlers import ScorecardPages
from app.web.site import routes as site
from app.web.site.health import HealthChecks
from app.web.site.home import HomePage

# Traces would contain addresses and queries.
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


def create_app(settings: Settings) -> FastAPI:
    ballots, counters = BallotBox(settings), RoundedCounters()
    shared = SharedCounters(counters, settings.data_dir)
    engine = connect(settings.database_url)
    key_audit_log(engine, settings.secret)
    published = connect(settings.reading_url) if settings.reading_url else engine
    pdf_files = PdfFiles(settings.font_dir)
    report_pages = ReportPages(published, settings.base_url, pdf_files)
    scorecard_pages = ScorecardPages(engine, settings.base_url, pdf_files)
    data_pages = DataPages(engine, settings)
    publications = (report_pages.list_for_home, scorecard_pages.list_for_home)
    home = HomePage(ballots, publications, data_pages.link_for_home)
    resident_routes = resident.make_routes(ResidentPages(ballots, counters), DeskPages(ballots, counters))

    @asynccontextmanager
    async def accepting_answers(app: FastAPI) -> AsyncIterator[None]:
        ballots.start()
        shared.start()
        try:
            yield
        finally:
            ballots.stop()
            shared.stop()
            engine.dispose()
            published.dispose()

    app = FastAPI(
        title="Commontrust",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        telemetry=NO_TELEMETRY,
        lifespan=accepting_answers,
    )
    app.state.settings, app.state.ballots, app.state.engine = settings, ballots, engine
    app.router.routes += [
        *resident_routes,
        *site.make_routes(home, HealthChecks(ballots, shared, partial(measure_machine, engine, settings))),
        *api.make_routes(),
        *reports.make_routes(report_pages),
        *scorecards.make_routes(scorecard_pages),
        *releases.make_routes(data_pages),
        *admin.make_routes(engine, settings),
    ]
    add_error_pages(app)
    app.add_exception_handler(RequestValidationError, refuse_body)
    # The last one added is the outermost.
    app.add_middleware(DirectRoutes, routes=resident_routes)
    app.add_middleware(PlainFailures, counters=counters)
    app.add_middleware(RequestLimits)
    app.add_middleware(SecurityHeaders, over_tls=settings.base_url.startswith("https:"))
    return app
