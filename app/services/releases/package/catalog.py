"""Describe releases in DCAT 3 for data catalogs: each release, and the feed of all releases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.services.releases.package.citations import LICENCE_ADDRESS
from app.services.releases.package.ddi import abstract
from app.services.releases.package.documents import to_json
from app.services.releases.package.files import PackedFile
from app.services.releases.package.study import DataSet, Texts

CONTEXT: Mapping[str, Any] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
CHECKSUM = "spdx:checksumAlgorithm_sha256"
DOWNLOADS = ("data", "codebook", "questionnaire")


def write_dcat(data: DataSet, files: Sequence[PackedFile]) -> bytes:
    return to_json({"@context": dict(CONTEXT), **to_dcat(data, files)})


def write_feed(base_url: str, datasets: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the catalog of everything published here."""
    return to_json(
        {
            "@context": dict(CONTEXT),
            "@id": f"{base_url}/data",
            "@type": "dcat:Catalog",
            "dct:title": "Commontrust",
            "dcat:dataset": list(datasets),
        }
    )


def to_dcat(data: DataSet, files: Sequence[PackedFile]) -> dict[str, Any]:
    """Return a release as a `dcat:Dataset`."""
    study = data.study
    return {
        "@id": study.address,
        "@type": "dcat:Dataset",
        "dct:identifier": study.doi or study.release,
        "dct:title": _in_languages(study.title),
        "dct:description": _in_languages(abstract(study)),
        "dct:publisher": {"@type": "foaf:Organization", "foaf:name": study.publisher},
        "dct:issued": {"@value": f"{study.published_on}", "@type": "xsd:date"},
        "dct:language": list(study.languages),
        "dct:license": {"@id": LICENCE_ADDRESS},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@value": f"{study.fielded[0]}", "@type": "xsd:date"},
            "dcat:endDate": {"@value": f"{study.fielded[1]}", "@type": "xsd:date"},
        },
        "dcat:version": study.version,
        "dcat:landingPage": {"@id": study.address},
        "dcat:distribution": [_distribution(study.address, file) for file in files if file.role in DOWNLOADS],
    }


def _distribution(address: str, file: PackedFile) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dct:title": file.name,
        "dcat:downloadURL": {"@id": f"{address}/{file.path}"},
        "dcat:mediaType": file.media_type,
        "dcat:byteSize": file.size,
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": CHECKSUM},
            "spdx:checksumValue": file.sha256,
        },
        **({"dct:language": file.language} if file.language else {}),
    }


def _in_languages(texts: Texts) -> list[dict[str, str]]:
    return [{"@value": text, "@language": lang} for lang, text in texts.items()]
