"""Write the list of published reports as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from app.language import formats
from app.services.reports.publish import Listed
from app.web.locale import choose_language, choose_name
from app.web.reports.phrasing import report_phrasing

ATOM = "application/atom+xml; charset=utf-8"
NEVER = "1970-01-01"
NO_TEXT = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])  # XML knows no such letters


def to_feed(found: Sequence[Listed], lang: str, base_url: str) -> bytes:
    """Write one entry for each report, in its newest version; the id of an entry never changes."""
    address = f"{base_url}/feed.atom?lang={lang}"
    newest = max((f"{each.published_on}" for each in found), default=NEVER)
    title = _text(report_phrasing(lang, {}).text("Published reports"))
    lines = (
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{lang}">',
        f"<title>{title}</title><id>{base_url}/feed.atom</id><updated>{newest}T00:00:00Z</updated>",
        f'<link rel="self" href="{_text(address)}"/><link href="{base_url}/reports?lang={lang}"/>',
        "<author><name>Commontrust</name></author>",
        *(line for each in found for line in _entry(each, lang, base_url)),
        "</feed>\n",
    )
    return "\n".join(lines).encode()


def _entry(each: Listed, lang: str, base_url: str) -> Iterable[str]:
    text = report_phrasing(lang, {}).text
    name = choose_name(each.names, lang).words
    title = f"{name}: {text('Report of {month}', month=formats.month(each.published_on, lang))}"
    day = formats.date(each.published_on, lang)
    words = text("Version {version}, published on {day}", version=each.version, day=day)
    page = f"{base_url}/reports/{each.community}/{each.wave}"
    own = choose_language(lang, "", each.languages)
    yield f"<entry><title>{_text(title)}</title><id>{page}</id><updated>{each.published_on}T00:00:00Z</updated>"
    yield f'<link href="{page}?lang={own}"/><summary>{_text(words)}</summary></entry>'


def _text(words: str) -> str:
    """Escape words for XML, without letters that it does not allow."""
    return escape(words.translate(NO_TEXT))
