"""The inputs of fields that name entries of another register: numbers by group, boxes to tick, or a list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from app.services.registers.entries import Entry
from app.services.registers.fields import EntryField, read_counts, read_names
from app.services.registers.register_table import REGISTERS, Register
from app.web.admin.forms import Form

Named = tuple[tuple[str, str], ...]  # entry, name


def name_entries(register: Register, entries: Sequence[Entry]) -> dict[str, Named]:
    """Return the entries that each field may name, by the name of the field."""
    return {field.name: _named(field.of, entries) for field in register.fields if field.of}


def _named(register: str, entries: Sequence[Entry]) -> Named:
    main = REGISTERS[register].main.name
    found = [(each.slug, each.get(main)) for each in entries if each.register == register]
    return tuple(sorted(found, key=lambda pair: pair[1]))


def read_field(field: EntryField, form: Form, named: Named) -> str:
    """Return what was typed as the text of the field: several inputs of one field become one text."""
    if field.kind == "counts" and not form.one(field.name):
        typed = {slug: form.one(f"{field.name}-{slug}") for slug, _ in named}
        return "; ".join(f"{slug}={number}" for slug, number in typed.items() if number)
    if field.kind == "names":
        return ", ".join(name for text in form.all(field.name) for name in read_names(text))
    return form.one(field.name)


def to_sentence(problem: str, register: Register, named: Mapping[str, Named]) -> str:
    """Return a problem in the words of the form: labels and names, without the line of a table."""
    sentence = problem.removeprefix("line 1: ")
    for field in register.fields:
        sentence = re.sub(rf"\b(in|because) {field.name}\b", rf"\1 “{field.label}”", sentence)
    names = dict(pair for pairs in named.values() for pair in pairs)
    sentence = re.sub(r"[a-z0-9-]+", lambda found: names.get(found[0], found[0]), sentence)
    return sentence[:1].upper() + sentence[1:] + "."


def counts_of(values: Mapping[str, str], name: str) -> dict[str, int]:
    """Return the numbers that fill the inputs of a field."""
    return read_counts(values.get(name, "")) or {}
