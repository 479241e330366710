"""Find the residents' routes without the framework's router: a whole city opens them within an hour.

The routes are the same objects that the router holds. This layer compares the parts of the path, and calls the handler
in the event loop without the framework's exit stacks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.error_pages import PageRefused, show, show_http_refused

Handler = Callable[[Request], Awaitable[ASGIApp]]


class DirectRoutes:
    """Answer every path whose first part belongs to `routes`; pass on all others."""

    def __init__(self, app: ASGIApp, routes: Sequence[Route]) -> None:
        self.app = app
        self.patterns: dict[str, dict[tuple[str, ...], dict[str, Handler]]] = {}
        for route in routes:
            _, first, *rest = route.path.split("/")
            methods = self.patterns.setdefault(first, {}).setdefault(tuple(rest), {})
            methods.update(dict.fromkeys(route.methods or (), route.endpoint))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        _, _, path = scope["path"].partition("/") if scope["type"] == "http" else ("", "", "")
        first, slash, rest = path.partition("/")
        if not slash or first not in self.patterns:
            return await self.app(scope, receive, send)
        request = Request(scope, receive)
        try:
            answer = await self.answer(request, self.patterns[first], rest.split("/"))
        except PageRefused as refused:
            answer = show(request, refused.kind, lang=refused.lang)
        except HTTPException as refused:
            answer = await show_http_refused(request, refused)
        await answer(scope, receive, send)

    @staticmethod
    async def answer(
        request: Request, patterns: dict[tuple[str, ...], dict[str, Handler]], parts: list[str]
    ) -> ASGIApp:
        for pattern, handlers in patterns.items():
            params = match(pattern, parts)
            if params is None:
                continue
            handler = handlers.get(request.scope["method"])
            if handler is None:
                refused = show(request, "refused", status=405)
                refused.headers["allow"] = ", ".join(sorted(handlers))
                return refused
            request.scope["path_params"] = params
            return await handler(request)
        raise PageRefused("not_found")


def match(pattern: tuple[str, ...], parts: list[str]) -> dict[str, str] | None:
    """Return the values of the pattern's `{names}`, or None where the path is another one.

    >>> match(("{wave}", "paper"), ["r1", "paper"]), match(("{wave}",), ["r1", "paper"]), match(("{wave}",), [""])
    ({'wave': 'r1'}, None, None)
    """
    if len(pattern) != len(parts):
        return None
    params = {}
    for wanted, part in zip(pattern, parts, strict=True):
        if wanted.startswith("{") and part:
            params[wanted[1:-1]] = part
        elif wanted != part:
            return None
    return params
