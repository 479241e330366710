"""The routes of data sets. Anyone may use them; an approved link opens a restricted data set."""

from __future__ import annotations

from starlette.routing import Route

from app.web.releases.handlers import DataPages
from app.web.routing import PageRoute, bind_routes

# The order matters: `/data/{release}` would also match the addresses before it.
ROUTES = (
    PageRoute("GET", "/data", DataPages.show_list),
    PageRoute("GET", "/data/catalog.jsonld", DataPages.send_feed),
    PageRoute("GET", "/data/variables", DataPages.show_variables),
    PageRoute("GET", "/data/request/{wave:slug}", DataPages.show_form),
    PageRoute("POST", "/data/request/{wave:slug}", DataPages.receive_form),
    PageRoute("GET", "/data/access/{token}", DataPages.show_access),
    PageRoute("GET", "/data/access/{token}/{path:path}", DataPages.send_restricted),
    PageRoute("GET", "/data/{release}", DataPages.show_release),
    PageRoute("GET", "/data/{release}/{path:path}", DataPages.send_file),
)


def make_routes(pages: DataPages) -> list[Route]:
    return bind_routes(ROUTES, pages)
