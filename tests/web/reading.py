"""Reads a page as a browser without script would: its title, its language, its fields and what they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from lxml import html


@dataclass(frozen=True)
class Element:
    node: html.HtmlElement = field(repr=False)

    @property
    def tag(self) -> str:
        return str(self.node.tag)

    @property
    def attributes(self) -> dict[str, str]:
        return dict(self.node.attrib)

    @property
    def text(self) -> str:
        return str(self.node.xpath("string()"))


@dataclass
class Page:
    html: str

    @cached_property
    def elements(self) -> list[Element]:
        nodes = html.document_fromstring(self.html).iter()
        return [Element(node) for node in nodes if isinstance(node.tag, str)]

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
