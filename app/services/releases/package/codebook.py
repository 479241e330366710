"""Write the codebook as a page: the meaning of each variable and code, with rounded numbers of records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.disclosure import Rules
from analysis.disclosure.cells import shown_count
from app.language import formats
from app.language.catalogs import load_catalog
from app.services.releases.package import method, words
from app.services.releases.package.citations import citation
from app.services.releases.package.ddi import abstract
from app.services.releases.package.rendering import render_page
from app.services.releases.package.scripts import SOURCE
from app.services.releases.package.shortening import shorten
from app.services.releases.package.study import DataSet, DataVariable, Weights

RULES = Rules()
LONGEST_IN_LIST = 70


@dataclass(frozen=True)
class VariableRow:
    code: int
    label: str
    records: str
    missing: bool


@dataclass(frozen=True)
class VariableEntry:
    """Hold one variable of the codebook."""

    name: str
    label: str
    short: str
    universe: str
    recoding: str
    sensitive: bool
    rows: tuple[VariableRow, ...]
    lines: tuple[str, ...]


def write_codebook(data: DataSet, lang: str) -> bytes:
    study, text = data.study, words.catalog_for(lang).text
    title = study.title[lang]
    return render_page(
        "codebook.html",
        lang,
        f"{text('Codebook')}: {title}",
        study_title=title,
        release=study.release,
        records=count_records(data.rows, lang),
        day=formats.date(study.published_on, lang),
        abstract=abstract(study)[lang],
        samples=method.sample_texts(study)[lang],
        left_out=words.explain_left_out(data.left_out, lang),
        weighting=text(words.WEIGHTING),
        method_title=load_catalog(lang, method.REPORT).text(method.TITLE),
        method=method.method_statements(study, lang),
        has_weights=bool(data.weights),
        conditions=text(words.CONDITIONS),
        citation=citation(study),
        entries=[_entry(data, each, lang) for each in data.variables if each.kind != "replicate"],
    )


def count_records(rows: int, lang: str) -> str:
    return words.catalog_for(lang).plural("{n} record", "{n} records", rows, n=formats.number(rows, lang))


def format_count(n: int, lang: str) -> str:
    """Return a number of records as the disclosure rules allow it."""
    shown = shown_count(n, RULES)
    return words.catalog_for(lang).text("fewer than 10") if shown is None else formats.number(shown, lang)


def _entry(data: DataSet, variable: DataVariable, lang: str) -> VariableEntry:
    return VariableEntry(
        variable.name,
        variable.label[lang],
        shorten(variable.label[lang], LONGEST_IN_LIST),
        variable.universe[lang] if variable.universe else "",
        variable.recoding[lang] if variable.recoding else "",
        variable.sensitive,
        tuple(_rows(data, variable, lang)),
        tuple(_lines(data, variable, lang)),
    )


def _rows(data: DataSet, variable: DataVariable, lang: str) -> Iterator[VariableRow]:
    column = data.columns[variable.name]
    for code in variable.codes:
        n = int(np.count_nonzero(column == code.value))
        yield VariableRow(code.value, code.label[lang], format_count(n, lang), code.missing)


def _lines(data: DataSet, variable: DataVariable, lang: str) -> Iterator[str]:
    text = words.catalog_for(lang).text
    if variable.ends:
        low, high = (end[lang] for end in variable.ends)
        yield text("From “{low}” to “{high}”", low=low, high=high)
    if variable.kind == "index":
        n = int(np.isfinite(data.columns[variable.name]).sum())
        yield text("Records with a score: {number}. Without one, the cell is empty.", number=format_count(n, lang))
    if variable.kind == "weight":
        for weights in data.weights:
            if weights.weight == variable.name:
                number = formats.number(len(weights.replicates), lang)
                yield text("{source}: {number} replicate weights.", source=_source(data, weights, lang), number=number)


def _source(data: DataSet, weights: Weights, lang: str) -> str:
    """Return the kind of sample of these weights, in words."""
    codes = data.variable(SOURCE).codes if SOURCE in data.columns else ()
    found = next((code.label[lang] for code in codes if code.value == weights.source_code), None)
    return found or weights.source
