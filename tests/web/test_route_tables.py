"""Every web package declares its routes in one table, and the application serves exactly those."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Sequence

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.testclient import TestClient

import app.web
from app.web.admin.dispatch import AdminRoute
from app.web.api.routes import API_ROUTES, KEY_CHECKS, ApiRoute, make_api_route
from app.web.error_pages import add_error_pages
from app.web.routing import PageRoute
from tests.web.api.test_permissions import routes_of
from tests.web.service import Service

PACKAGES = sorted(each.name for each in pkgutil.iter_modules(app.web.__path__) if each.ispkg)
FRAMEWORK = {("GET", "/api/openapi.json")}
NUMBER = re.compile(r'(?<=_fill" value=")0+|[0-9a-f]{32}|\s+$')  # and the filler of a page


def table_of(package: str) -> Sequence[PageRoute]:
    return importlib.import_module(f"app.web.{package}.routes").ROUTES


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_has_one_table_of_its_routes(package: str) -> None:
    table = table_of(package)
    assert table
    assert all(isinstance(row, PageRoute) for row in table)


def test_the_application_serves_the_rows_and_no_others(service: Service) -> None:
    rows = [(row.method, row.path) for package in PACKAGES for row in table_of(package)]
    assert len(rows) == len(set(rows))
    assert routes_of(service.app) == {*rows, *FRAMEWORK}


def test_every_route_is_declared_in_one_way() -> None:
    """No module adds a route by a decorator or by a router of its own."""
    for module in pkgutil.walk_packages(app.web.__path__, "app.web."):
        source = inspect.getsource(importlib.import_module(module.name))
        assert "APIRouter" not in source, module.name
        assert " Route(" not in source or module.name.endswith((".routes", ".routing")), module.name


def test_a_route_of_the_api_checks_the_key_of_its_scope() -> None:
    for row in API_ROUTES:
        checks = {each.call for each in _all_dependencies(make_api_route(row).dependant)}
        wanted = {KEY_CHECKS[row.scope]} if row.scope else set()
        assert checks & set(KEY_CHECKS.values()) == wanted, row.path


def _all_dependencies(dependant: Dependant) -> list[Dependant]:
    return [each for child in dependant.dependencies for each in (child, *_all_dependencies(child))]


def _open_to_all() -> Response:
    return Response("open")


def test_a_scope_is_checked_where_the_handler_forgets_it(service: Service) -> None:
    forgetful = ApiRoute("GET", "/api/v1/reports", _open_to_all, next(iter(KEY_CHECKS)), API_ROUTES[0].model)
    route = make_api_route(forgetful)
    assert isinstance(route, APIRoute)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.router.routes += [route]
    app.state.settings, app.state.engine = service.settings, service.engine
    with TestClient(app) as client:
        assert client.get("/api/v1/reports").status_code == 401


def test_only_the_console_has_permissions() -> None:
    for package in PACKAGES:
        assert all(isinstance(row, AdminRoute) == (package == "admin") for row in table_of(package))


@pytest.mark.parametrize("path", ["", "?lang=es", "/paper", "/audio/en/A1", "/none"])
def test_the_direct_layer_answers_as_the_router_does(service: Service, path: str) -> None:
    behind = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    behind.router.routes += [route for route in service.app.routes if route.path.startswith("/s/")]  # type: ignore[attr-defined]
    add_error_pages(behind)
    with TestClient(behind) as client:
        plain = client.get(f"{service.address}{path}")
    direct = service.client.get(f"{service.address}{path}")
    assert direct.status_code == plain.status_code
    assert NUMBER.sub("", direct.text) == NUMBER.sub("", plain.text)


@pytest.mark.parametrize(("method", "allowed"), [("PUT", "GET, HEAD, POST"), ("TRACE", "GET, HEAD, POST")])
def test_the_direct_layer_refuses_another_method(service: Service, method: str, allowed: str) -> None:
    refused = service.client.request(method, service.address)
    assert (refused.status_code, refused.headers["allow"]) == (405, allowed)
