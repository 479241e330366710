"""Describe the columns for programs that read tables: Frictionless Data Package, CSV on the Web, Croissant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.services.releases.package.citations import LICENCE, LICENCE_ADDRESS, citation
from app.services.releases.package.ddi import abstract
from app.services.releases.package.documents import to_json
from app.services.releases.package.files import PackedFile
from app.services.releases.package.study import CodeLabel, DataSet, DataVariable


def csv_of(files: Sequence[PackedFile]) -> PackedFile:
    return next(file for file in files if file.path.endswith(".csv"))


# --- Frictionless


def write_datapackage(data: DataSet, files: Sequence[PackedFile]) -> bytes:
    """Return a Data Package 2.0. It is at the top of the package, where its readers expect it."""
    study, main, file = data.study, data.main_language, csv_of(files)
    return to_json(
        {
            "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "name": study.wave,
            "version": study.version,
            "title": study.title[main],
            "description": abstract(study)[main],
            "created": f"{study.published_on}T00:00:00Z",
            "homepage": study.address,
            "licenses": [{"name": LICENCE, "path": LICENCE_ADDRESS}],
            "contributors": [{"title": study.publisher, "role": "publisher"}],
            "resources": [
                {
                    "name": "data",
                    "type": "table",
                    "path": file.path,
                    "format": "csv",
                    "mediatype": file.media_type,
                    "encoding": "utf-8",
                    "bytes": file.size,
                    "hash": f"sha256:{file.sha256}",
                    "dialect": {"lineTerminator": "\n"},
                    "schema": {"fields": [_field(each, main) for each in data.variables]},
                }
            ],
        }
    )


def _field(variable: DataVariable, lang: str) -> dict[str, Any]:
    facts: dict[str, Any] = {"name": variable.name, "title": variable.label[lang]}
    if not variable.is_coded:
        return facts | {"type": "integer" if variable.kind == "id" else "number"}
    valid = [code for code in variable.codes if not code.missing]
    return facts | {
        "type": "integer",
        "categories": [{"value": code.value, "label": code.label[lang]} for code in valid],
        "categoriesOrdered": variable.measure == "ordinal",
        "missingValues": [{"value": "", "label": ""}, *({**_value(code, lang)} for code in variable.missing)],
        "constraints": {"enum": [code.value for code in valid]},
    }


def _value(code: CodeLabel, lang: str) -> dict[str, str]:
    return {"value": str(code.value), "label": code.label[lang]}


# --- CSV on the Web


def write_csvw(data: DataSet, files: Sequence[PackedFile]) -> bytes:
    """Return the metadata for tabular data (W3C 2015)."""
    main = data.main_language
    return to_json(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": main}],
            "url": f"../{csv_of(files).path}",
            "dc:title": _in_languages(data.study.title),
            "dc:license": {"@id": LICENCE_ADDRESS},
            "dialect": {"encoding": "utf-8", "lineTerminators": ["\n"]},
            "tableSchema": {"columns": [_csvw_column(each) for each in data.variables]},
        }
    )


def _csvw_column(variable: DataVariable) -> dict[str, Any]:
    return {
        "name": variable.name,
        "titles": variable.name,
        "dc:description": _in_languages(variable.label),
        "datatype": "integer" if variable.is_coded or variable.kind == "id" else "number",
        "null": ["", *(str(code.value) for code in variable.missing)],
    }


def _in_languages(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": text, "@language": lang} for lang, text in texts.items()]


# --- Croissant

SHORT_NAMES = (
    "citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject", "fileSet", "format",
    "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex",
    "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
)  # fmt: skip
CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{name: f"cr:{name}" for name in SHORT_NAMES},
}


def write_croissant(data: DataSet, files: Sequence[PackedFile]) -> bytes:
    """Return Croissant 1.0 metadata for machine learning."""
    study, main, file = data.study, data.main_language, csv_of(files)
    return to_json(
        {
            "@context": dict(CONTEXT),
            "@type": "sc:Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "name": study.wave,
            "version": study.version,
            "description": abstract(study)[main],
            "license": LICENCE_ADDRESS,
            "url": study.address,
            "datePublished": f"{study.published_on}",
            "citeAs": citation(study),
            "creator": {"@type": "sc:Organization", "name": study.publisher},
            "inLanguage": list(study.languages),
            "distribution": [
                {
                    "@type": "cr:FileObject",
                    "@id": "csv",
                    "name": file.name,
                    "contentUrl": f"{study.address}/{file.path}",
                    "contentSize": f"{file.size} B",
                    "encodingFormat": file.media_type,
                    "sha256": file.sha256,
                }
            ],
            "recordSet": [
                {
                    "@type": "cr:RecordSet",
                    "@id": "records",
                    "name": "records",
                    "field": [_croissant_field(each, main) for each in data.variables],
                }
            ],
        }
    )


def _croissant_field(variable: DataVariable, lang: str) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"records/{variable.name}",
        "name": variable.name,
        "description": variable.label[lang],
        "dataType": "sc:Integer" if variable.is_coded or variable.kind == "id" else "sc:Float",
        "source": {"fileObject": {"@id": "csv"}, "extract": {"column": variable.name}},
    }
