"""Write and read catalogs as XLIFF 1.2 and 2.0, the formats of translation offices, without loss.

A `{placeholder}` is an inline element, so that no tool translates it by accident. A sentence with plural forms is a
group with one unit for each form; its two English sentences are in the group's notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, cast
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
NUMBERS = "numbers"
DEEPEST, PIECE = 40, 65_536  # elements inside each other; characters that are parsed at once
PLURAL_GROUPS = ("x-gettext-plurals", "gettext:plurals")  # of 1.2 and 2.0
Numbers = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Exchanged:
    """Hold the contents of an XLIFF file: the sentences of a catalog, its language and its domain."""

    language: str
    domain: str
    entries: tuple[PoEntry, ...]


# --- writing


def format_xliff(version: Version, exchanged: Exchanged, plural_forms: int, numbers: Numbers = ()) -> str:
    """Write the sentences; `numbers` has the first numbers of each plural form, which translators read in a note."""
    write = {"1.2": _Xliff1Writer, "2.0": _Xliff2Writer}[version](numbers)
    root = write.document(exchanged, plural_forms)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


class _Xliff1Writer:
    """Write XLIFF 1.2. `_Xliff2Writer` overrides what differs."""

    version: Version = "1.2"

    def __init__(self, numbers: Numbers = ()) -> None:
        self.numbers = numbers

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
            text = entry.text if self.is_singular(number, plural_forms) else entry.plural
            self.one(group, f"{id}.{number}", text, form, PoEntry(text, fuzzy=entry.fuzzy), self.note_of(number))

    def is_singular(self, number: int, plural_forms: int) -> bool:
        """Whether a form is for one and not for most numbers."""
        if number < len(self.numbers):
            return plural_forms > 1 and 1 in self.numbers[number]
        return number == 0 and plural_forms > 1

    def note_of(self, number: int) -> dict[str, str]:
        """Return the note on the numbers that a form is for."""
        if number >= len(self.numbers) or not self.numbers[number]:
            return {}
        return {NUMBERS: f"for {', '.join(map(str, self.numbers[number]))}"}

    def group(self, body: ElementTree.Element, id: str) -> ElementTree.Element:
        return self.add(body, "group", id=id, restype="x-gettext-plurals")

    def one(
        self,
        parent: ElementTree.Element,
        id: str,
        text: str,
        translation: str,
        entry: PoEntry,
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        unit = self.add(parent, "trans-unit", id=id)
        self.inline(self.add(unit, "source", **{SPACE: "preserve"}), text)
        if translation:
            state = "needs-review-translation" if entry.fuzzy else "translated"
            self.inline(self.add(unit, "target", state=state, **{SPACE: "preserve"}), translation)
        self.notes(unit, {**_facts(entry), **more})

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

    def one(
        self,
        parent: ElementTree.Element,
        id: str,
        text: str,
        translation: str,
        entry: PoEntry,
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        unit = self.add(parent, "unit", id=id)
        self.notes(unit, {**_facts(entry), **more})
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
    root = _parse(text, source)
    version = next((each for each, name in NAMESPACES.items() if root.tag == f"{{{name}}}xliff"), None)
    files = root.findall(f"{{{NAMESPACES[version]}}}file") if version else []
    if version is None or not files:
        raise BadTranslation(source, ["expected an XLIFF file of version 1.2 or 2.0"])
    parts = {(_language_of(root, file, version), file.get("original", "")) for file in files}
    if len(parts) > 1:
        found = ", ".join(sorted("/".join(part) for part in parts))
        raise BadTranslation(source, [f"expected one catalog in one language, found {found}"])
    language, domain = parts.pop()
    entries = tuple(entry for file in files for entry in _XliffReader(version).entries(file))
    return Exchanged(language, domain, entries)


def _parse(text: str, source: str) -> ElementTree.Element:
    """Parse XML, and stop at the first element that lies too deep."""
    parser: ElementTree.XMLPullParser[ElementTree.Element] = ElementTree.XMLPullParser(("start", "end"))
    depth, root = 0, None

    def read_events() -> Iterator[tuple[str, ElementTree.Element]]:
        return cast("Iterator[tuple[str, ElementTree.Element]]", parser.read_events())

    try:
        for at in range(0, len(text), PIECE):
            parser.feed(text[at : at + PIECE])
            for event, element in read_events():
                root = element if root is None else root
                depth += 1 if event == "start" else -1
                if depth > DEEPEST:
                    raise BadTranslation(source, [f"expected at most {DEEPEST} elements inside each other, found more"])
        parser.close()
        root = next((element for _, element in read_events()), root) if root is None else root
    except ElementTree.ParseError as error:
        raise BadTranslation(source, [f"expected XML, found a fault at line {error.position[0]}"]) from None
    assert root is not None, "XML without an element is no XML"
    return root


def _language_of(root: ElementTree.Element, file: ElementTree.Element, version: Version) -> str:
    return file.get("target-language", "") if version == "1.2" else root.get("trgLang", "")


class _XliffReader:
    def __init__(self, version: Version) -> None:
        self.space = f"{{{NAMESPACES[version]}}}"
        self.unit = self.space + ("trans-unit" if version == "1.2" else "unit")

    def entries(self, node: ElementTree.Element) -> Iterator[PoEntry]:
        for child in node:
            if child.tag == f"{self.space}group" and self.is_plural(child):
                yield self.group(child)
            elif child.tag == self.unit:
                yield self.one(child)
            elif child.tag in (f"{self.space}body", f"{self.space}group"):
                yield from self.entries(child)

    def is_plural(self, group: ElementTree.Element) -> bool:
        return (group.get("restype") or group.get("type")) in PLURAL_GROUPS or SINGULAR in self.facts(group)

    def one(self, unit: ElementTree.Element) -> PoEntry:
        text, translation, fuzzy = self.sentence(unit)
        facts = self.facts(unit)
        forms = (translation,) if translation else ()
        return PoEntry(
            text, facts.get(CONTEXT), None, facts.get(COMMENT, ""), facts.get(PLACE, ""), forms, fuzzy and bool(forms)
        )

    def group(self, group: ElementTree.Element) -> PoEntry:
        facts = self.facts(group)
        units = sorted((unit for unit in group if unit.tag == self.unit), key=_form_of)
        sentences = [self.sentence(unit) for unit in units]
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
        """Return the source, the translation, and whether a translator has to check it again.

        Only the unit's own text counts: suggestions and notes beside it are no translation.
        """
        segments = [each for each in unit if each.tag in (f"{self.space}segment", f"{self.space}ignorable")] or [unit]
        sources = [self.own(segment, "source") for segment in segments]
        targets = [self.own(segment, "target") for segment in segments]
        between = [segment.tag == f"{self.space}ignorable" for segment in segments]
        text = "".join(map(self.text, sources))
        if any(target is None and not gap for target, gap in zip(targets, between, strict=True)):
            return text, "", False
        pieces = [source if target is None else target for source, target in zip(sources, targets, strict=True)]
        states = [_state(*pair) for pair in zip(segments, targets, strict=True)]
        return text, "".join(map(self.text, _in_target_order(pieces))), any(map(_is_fuzzy, states))

    def own(self, node: ElementTree.Element, name: str) -> ElementTree.Element | None:
        return node.find(self.space + name)

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


def _state(segment: ElementTree.Element, target: ElementTree.Element | None) -> str:
    return segment.get("state", "") or (target.get("state", "") if target is not None else "")


def _is_fuzzy(state: str) -> bool:
    return state in ("initial", "new") or state.startswith("needs-")


def _in_target_order(pieces: Sequence[ElementTree.Element | None]) -> list[ElementTree.Element | None]:
    """Return the pieces in the order that the translation has (XLIFF 2.0: `order`, counted from 1)."""
    orders = [piece.get("order", "") if piece is not None else "" for piece in pieces]
    places = [int(order) if _is_small(order) else place for place, order in enumerate(orders, 1)]
    return [piece for _, piece in sorted(zip(places, pieces, strict=True), key=lambda pair: pair[0])]


def _form_of(unit: ElementTree.Element) -> int:
    """Return the number of a plural form: the end of its id."""
    end = unit.get("id", "").rpartition(".")[2]
    return int(end) if _is_small(end) else 0


def _is_small(digits: str) -> bool:
    return digits.isdecimal() and len(digits) <= 9
