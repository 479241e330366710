"""Cite a release: in words, as CITATION.cff, and as DataCite metadata."""

from __future__ import annotations

from app.services.releases.package.documents import to_json
from app.services.releases.package.study import DataSet, ReleaseStudy

LICENCE, LICENCE_ADDRESS = "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"


def citation(study: ReleaseStudy) -> str:
    """Return the citation in words, in English as catalogs expect it."""
    title = study.title.get("en") or next(iter(study.title.values()))
    address = f"https://doi.org/{study.doi}" if study.doi else study.address
    return (
        f"{study.publisher} ({study.published_on.year}). {title} (version {study.version}) [data set]. "
        f"{study.publisher}. {address}"
    )


def write_cff(data: DataSet) -> bytes:
    """Return the citation in the Citation File Format 1.2."""
    study = data.study
    lines = [
        "cff-version: 1.2.0",
        "message: Please cite this data set.",
        "type: dataset",
        f"title: {_quoted(study.title[data.main_language])}",
        f"version: {study.version}",
        f"date-released: {study.published_on}",
        f"license: {LICENCE}",
        f"url: {_quoted(study.address)}",
        *([f"doi: {study.doi}"] if study.doi else []),
        "authors:",
        f"  - name: {_quoted(study.publisher)}",
        "",
    ]
    return "\n".join(lines).encode()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write_datacite(data: DataSet) -> bytes:
    """Return DataCite 4.5 metadata, ready for deposit. The identifier is missing until there is one."""
    study, main = data.study, data.main_language
    return to_json(
        {
            **({"doi": study.doi} if study.doi else {}),
            "schemaVersion": "http://datacite.org/schema/kernel-4",
            "types": {"resourceType": "Survey microdata", "resourceTypeGeneral": "Dataset"},
            "creators": [{"name": study.publisher, "nameType": "Organizational"}],
            "publisher": {"name": study.publisher},
            "publicationYear": str(study.published_on.year),
            "titles": [
                {"title": title, "lang": lang, **({} if lang == main else {"titleType": "TranslatedTitle"})}
                for lang, title in study.title.items()
            ],
            "dates": [
                {"date": f"{study.fielded[0]}/{study.fielded[1]}", "dateType": "Collected"},
                {"date": f"{study.published_on}", "dateType": "Issued"},
            ],
            "language": main,
            "version": study.version,
            "alternateIdentifiers": [{"alternateIdentifier": study.release, "alternateIdentifierType": "release"}],
            "rightsList": [
                {
                    "rights": "Creative Commons Attribution 4.0",
                    "rightsIdentifier": LICENCE,
                    "rightsUri": LICENCE_ADDRESS,
                }
            ],
        }
    )
