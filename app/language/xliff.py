"""Write and read catalogs as XLIFF 1.2 and 2.0, the formats of translation offices, without loss.

A `{placeholder}` is an inline element, so that no tool translates it by accident. A sentence with plural forms is a
group with one unit for each form; its two English sentences are in the group's notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

from app.errors import BadTranslation
from app.language.catalogs import PLACEHOLDER
from app.language.po_files import PoEntry

Version = Literal["1.2", "2.0"]
NAMESPACES: dict[Version, str] = {
    "1.2": "urn:oasis:names:tc:xliff:document:1.2",
    "2.0": "urn:oasis:names:tc:xliff:document:2.0",
}
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# Categories of the notes of a unit or group.
CONTEXT, COMMENT, PLACE, SINGULAR, PLURAL = "context", "comment", "place", "singular", "plural"


@dataclass(frozen=True)
class Exchanged:
    """Hold the contents of an XLIFF file: the sentences of a catalog, its language and its domain."""

    language: str
    domain: str
    entries: tuple[PoEntry, ...]


# --- writing


def format_xliff(version: Version, exchanged: Exchanged, plural_forms: int) -> str:
    write = {"1.2": _Xliff1Writer, "2.0": _Xliff2Writer}[version]()
    root = write.document(exchanged, plural_forms)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


class _Xliff1Writer:
    """Write XLIFF 1.2. `_Xliff2Writer` overrides what differs."""

    version: Version = "1.2"

    def add(self, parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
        """Add a child element on its own line."""
        before = parent[-1] if len(parent) else None
        if before is None:
            parent.text = "\n"
        child = ElementTree.SubElement(parent, name, attributes)
        child.text, child.tail = text or None, "\n"
        return child

    def document(self, exchanged: Exchanged, plural_forms: int) -> ElementTree.Element:
        root = ElementTree.Element("xliff", {"xmlns": NAMESPACES[self.version], "version": self.version})
        body = self.body(root, exchanged)
        for number, entry in enumerate(exchanged.entries, 1):
            self.entry(body, f"{number}", entry, plural_forms)
        return root

    def body(self, root: ElementTree.Element, exchanged: Exchanged) -> ElementTree.Element:
        attributes = {
            "original": exchanged.domain,
            "datatype": "po",
            "source-language": "en",
            "target-language": exchanged.language,
        }
        return self.add(self.add(root, "file", **attributes), "body")

    def entry(self, body: ElementTree.Element, id: str, entry: PoEntry, plural_forms: int) -> None:
        if entry.plural is None:
            self.one(body, id, entry.text, entry.translation[0] if entry.translation else "", entry)
            return
        group = self.group(body, id)
        self.notes(group, {**_facts(entry), SINGULAR: entry.text, PLURAL: entry.plural})
        for number, form in enumerate(entry.translation or [""] * plural_forms):
            text = entry.text if number == 0 and plural_forms > 1 else entry.plural
            self.one(group, f"{id}.{number}", text, form, PoEntry(text, fuzzy=entry.fuzzy))

    def group(self, body: ElementTree.Element, id: str) -> ElementTree.Element:
        return self.add(body, "group", id=id, restype="x-gettext-plurals")

    def one(self, parent: ElementTree.Element, id: str, text: str, translation: str, entry: PoEntry) -> None:
        unit = self.add(parent, "trans-unit", id=id)
        self.inline(self.add(unit, "source", **{SPACE: "preserve"}), text)
        if translation:
            state = "needs-review-translation" if entry.fuzzy else "translated"
            self.inline(self.add(unit, "target", state=state, **{SPACE: "preserve"}), translation)
        self.notes(unit, _facts(entry))

    def notes(self, parent: ElementTree.Element, facts: dict[str, str]) -> None:
        for category, note in facts.items():
            self.add(parent, "note", note, **{"from": category})

    def inline(self, element: ElementTree.Element, text: str) -> None:
        """Write text with its placeholders as elements."""
        last: ElementTree.Element | None = None
        for number, piece in enumerate(re.split(r"(\{\w+\})", text)):
            if PLACEHOLDER.fullmatch(piece):
                last = self.placeholder(element, f"{number}", piece)
            elif last is None:
                element.text = piece
            else:
                last.tail = piece

    def placeholder(self, element: ElementTree.Element, id: str, piece: str) -> ElementTree.Element:
        found = ElementTree.SubElement(element, "ph", {"id": id, "equiv-text": piece})
        found.text = piece
        return found


class _Xliff2Writer(_Xliff1Writer):
    version = "2.0"

    def body(self, root: ElementTree.Element, exchanged: Exchanged) -> ElementTree.Element:
        root.attrib |= {"srcLang": "en", "trgLang": exchanged.language}
        return self.add(root, "file", id="f", original=exchanged.domain)

    def group(self, body: ElementTree.Element, id: str) -> ElementTree.Element:
        return self.add(body, "group", id=id, type="gettext:plurals")

    def one(self, parent: ElementTree.Element, id: str, text: str, translation: str, entry: PoEntry) -> None:
        unit = self.add(parent, "unit", id=id)
        self.notes(unit, _facts(entry))
        state = "initial" if entry.fuzzy or not translation else "translated"
        segment = self.add(unit, "segment", state=state)
        self.inline(self.add(segment, "source", **{SPACE: "preserve"}), text)
        if translation:
            self.inline(self.add(segment, "target", **{SPACE: "preserve"}), translation)

    def notes(self, parent: ElementTree.Element, facts: dict[str, str]) -> None:
        if facts:
            notes = self.add(parent, "notes")
            for category, note in facts.items():
                self.add(notes, "note", note, category=category)

    def placeholder(self, element: ElementTree.Element, id: str, piece: str) -> ElementTree.Element:
        return ElementTree.SubElement(element, "ph", {"id": id, "equiv": piece, "disp": piece})


def _facts(entry: PoEntry) -> dict[str, str]:
    """Return the notes for a translator; an empty context is also one."""
    facts = {CONTEXT: entry.context, COMMENT: entry.comment or None, PLACE: entry.location or None}
    return {name: note for name, note in facts.items() if note is not None}


# --- reading


def read_xliff(text: str, source: str) -> Exchanged:
    """Read the sentences of either version; `source` is the file name for error messages."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadTranslation(source, ["expected XLIFF without a document type, found one"])
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise BadTranslation(source, [f"expected XML, found a fault at line {error.position[0]}"]) from None
    version = next((each for each, name in NAMESPACES.items() if root.tag == f"{{{name}}}xliff"), None)
    file = next(iter(root.iter(f"{{{NAMESPACES[version]}}}file")), None) if version else None
    if version is None or file is None:
        raise BadTranslation(source, ["expected an XLIFF file of version 1.2 or 2.0"])
    language = file.get("target-language", "") if version == "1.2" else root.get("trgLang", "")
    return Exchanged(language, file.get("original", ""), tuple(_XliffReader(version).entries(file)))


class _XliffReader:
    def __init__(self, version: Version) -> None:
        self.space = f"{{{NAMESPACES[version]}}}"
        self.unit = self.space + ("trans-unit" if version == "1.2" else "unit")

    def entries(self, node: ElementTree.Element) -> Iterator[PoEntry]:
        for child in node:
            if child.tag == f"{self.space}group":
                yield self.group(child)
            elif child.tag == self.unit:
                yield self.one(child)
            elif child.tag == f"{self.space}body":
                yield from self.entries(child)

    def one(self, unit: ElementTree.Element) -> PoEntry:
        text, translation, fuzzy = self.sentence(unit)
        facts = self.facts(unit)
        forms = (translation,) if translation else ()
        return PoEntry(
            text, facts.get(CONTEXT), None, facts.get(COMMENT, ""), facts.get(PLACE, ""), forms, fuzzy and bool(forms)
        )

    def group(self, group: ElementTree.Element) -> PoEntry:
        facts = self.facts(group)
        sentences = [self.sentence(unit) for unit in group if unit.tag == self.unit]
        forms = tuple(translation for _, translation, _ in sentences)
        has_forms = any(forms)
        return PoEntry(
            facts.get(SINGULAR, ""),
            facts.get(CONTEXT),
            facts.get(PLURAL, ""),
            facts.get(COMMENT, ""),
            facts.get(PLACE, ""),
            forms if has_forms else (),
            has_forms and any(fuzzy for _, _, fuzzy in sentences),
        )

    def sentence(self, unit: ElementTree.Element) -> tuple[str, str, bool]:
        """Return the source, the translation, and whether a translator has to check it again."""
        source, target = (next(iter(unit.iter(self.space + name)), None) for name in ("source", "target"))
        segment = next(iter(unit.iter(f"{self.space}segment")), None)
        state = next((each.get("state", "") for each in (segment, target) if each is not None), "")
        fuzzy = state in ("initial", "new", "needs-translation") or state.startswith("needs-")
        return self.text(source), self.text(target), fuzzy

    def text(self, element: ElementTree.Element | None) -> str:
        """Return the text with its placeholders restored."""
        if element is None:
            return ""
        return (element.text or "") + "".join(
            (child.get("equiv") or child.get("equiv-text") or self.text(child)) + (child.tail or "")
            for child in element
        )

    def facts(self, node: ElementTree.Element) -> dict[str, str]:
        notes = [*node.findall(f"{self.space}note"), *node.findall(f"{self.space}notes/{self.space}note")]
        return {str(note.get("category") or note.get("from")): note.text or "" for note in notes}
