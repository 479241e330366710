"""Reads a page as a browser without script would: its title, its language, its fields and what they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

VOID = {"input", "meta", "link", "br", "hr"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page(HTMLParser):
    html: str
    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [e for e in self.elements if e.tag == tag and wanted.items() <= e.attributes.items()]

    def one(self, tag: str, **attributes: str) -> Element:
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of <{tag}> {attributes}"
        return found[0]

    @property
    def title(self) -> str:
        return self.one("title").text

    @property
    def lang(self) -> str:
        return self.one("html").attributes["lang"]

    def fields(self) -> dict[str, list[str]]:
        """Return the fields that a press of the button sends."""
        sent: dict[str, list[str]] = {}
        for element in self.all("input"):
            kind, name = element.attributes.get("type", "text"), element.attributes.get("name")
            if name and (kind not in ("radio", "checkbox") or "checked" in element.attributes):
                sent.setdefault(name, []).append(element.attributes.get("value", ""))
        name = ""
        for element in self.elements:
            name = element.attributes.get("name", "") if element.tag == "select" else name
            if element.tag == "option" and "selected" in element.attributes:
                sent.setdefault(name, []).append(element.attributes.get("value", ""))
        return sent

    def field(self, name: str) -> str:
        return self.fields()[name][0]


def encode(fields: dict[str, list[str]]) -> bytes:
    return urlencode(fields, doseq=True).encode()
