"""Build Hypothesis strategies for requests: to every route, by every role, with fields of the survey and the forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from app.questionnaire.loading import load_survey
from tests.fuzz.places import BRACES, KNOWN, Place
from tests.naughty import NAUGHTY
from tests.services.making import SURVEY

SURVEYED = load_survey(SURVEY)
CODES = sorted({str(option.code) for item in SURVEYED.items.values() for option in item.choices})
HIDDEN = ("_number", "_agency", "_lang", "_code", "_at", "_do", "_pace", "_email", "_work", "_asked")
NAMED = re.compile(r"""(?:name=["']|(?:one|get|field|text)\(["'])([a-z_]{2,30})["']""")
WEB = Path(__file__).parents[2] / "app" / "web"
MEANT = {
    "_number": st.text("0123456789abcdef", min_size=32, max_size=32),
    "_agency": st.sampled_from(["police", "library"]),
    "_lang": st.sampled_from(["en", "es", "ar"]),
    "_do": st.sampled_from(["send", "lang:en", "lang:es"]),
    "_pace": st.sampled_from(["1", "2", "3"]),
}


def names_of_fields() -> list[str]:
    """Return the names of the fields in the console's forms and handlers."""
    files = [*(WEB / "templates" / "admin").rglob("*.html"), *(WEB / "admin").rglob("*.py")]
    found = {name for path in files for name in NAMED.findall(path.read_text("utf-8"))}
    assert found, "the console has no form fields"
    return sorted(found - {"_token"})


FIELDS = names_of_fields()
USUAL = (*KNOWN.values(), "1", "en", "2026-01-01", "on")
OTHERS = ("police-2026", "river-city-2026", "library", "2")
words = st.sampled_from(NAUGHTY) | st.text(max_size=40) | st.sampled_from(USUAL)


@dataclass(frozen=True)
class RandomRequest:
    """One request of one person."""

    person: str
    method: str
    path: str
    body: bytes
    kind: str

    @property
    def headers(self) -> dict[str, str]:
        return {"content-type": self.kind} if self.body else {}


@st.composite
def paths(draw: st.DrawFn, route: str) -> str:
    """An address of a route: things that are there most of the time, else anything."""

    def value(name: str) -> str:
        there = draw(st.integers(0, 3))
        if there and name in KNOWN:
            return KNOWN[name] if there > 1 else draw(st.sampled_from(OTHERS))
        return quote(draw(words), safe="") or "x"

    path = BRACES.sub(lambda found: value(found[1]), route)
    query = draw(st.dictionaries(st.sampled_from(["lang", "version", "actor", "act", "page", "x"]), words, max_size=2))
    return path + ("?" + urlencode(query) if query else "")


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """A resident's page: mostly as the questionnaire means it."""
    fields: list[tuple[str, str]] = []
    for name in HIDDEN:
        meant = MEANT.get(name)
        if meant is not None and draw(st.integers(0, 5)):
            fields.append((name, draw(meant)))
        elif draw(st.booleans()):
            fields.append((name, draw(words)))
    for code in SURVEYED.items:
        if draw(st.integers(0, 3)):
            fields.append((code, draw(st.sampled_from(CODES) | words)))
    return encoded(fields)


@st.composite
def forms(draw: st.DrawFn, token: str) -> bytes:
    """A form of the staff, with the token of its session."""
    fields = draw(st.lists(st.tuples(st.sampled_from(FIELDS), words), max_size=8))
    return encoded([("_token", token), *fields])


def encoded(fields: list[tuple[str, str]]) -> bytes:
    return urlencode([(name, value.encode("utf-8", "replace")) for name, value in fields]).encode()


@st.composite
def random_requests(draw: st.DrawFn, place: Place) -> RandomRequest:
    all_routes = [each for each in place.routes if "sign-out" not in each[1]]
    residents = [each for each in all_routes if each[1].startswith("/s/")]
    method, route = draw(st.sampled_from(residents if not draw(st.integers(0, 3)) else all_routes))
    person = draw(st.sampled_from(sorted(place.people)))
    if not draw(st.integers(0, 15)):
        method = draw(st.sampled_from(["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "GET", "POST"]))
    kind, body = "application/x-www-form-urlencoded", b""
    if method in ("POST", "PUT", "PATCH"):
        shapes = answers() if route.startswith("/s/") else forms(place.tokens[person])
        body = draw(shapes | st.binary(max_size=200))
        if not draw(st.integers(0, 9)):
            kind = draw(st.sampled_from(["multipart/form-data; boundary=x", "application/json", "text/plain", "x"]))
    return RandomRequest(person, method, draw(paths(route)), body, kind)
