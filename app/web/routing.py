"""Route tables: one row for each method and address. Every web package has a table `ROUTES` in its `routes.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import MethodType
from typing import Any

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.routing import Route


class SlugConvertor(StringConvertor):
    """Match a community's or wave's name. It holds no dot, so `.pdf` and the like have addresses of their own."""

    regex = "[a-z0-9-]+"


register_url_convertor("slug", SlugConvertor())


@dataclass(frozen=True)
class PageRoute:
    """One row of a table; anyone may use it. `handler` is a method of the package's class of pages."""

    method: str
    path: str
    handler: Callable[..., Any]


def bind_routes(table: Iterable[PageRoute], pages: object) -> list[Route]:
    """Turn rows into Starlette routes whose handlers are methods of `pages`."""
    return [Route(row.path, MethodType(row.handler, pages), methods=[row.method]) for row in table]
