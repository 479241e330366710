"""Describe a release for its page. The description is stored beside its fingerprint, so that no file has to be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.services.releases.package.catalog import to_dcat
from app.services.releases.package.citations import citation
from app.services.releases.package.files import PackedFile
from app.services.releases.package.study import DataSet
from app.services.releases.package.versions import digest_variables


def to_about(data: DataSet, files: Sequence[PackedFile]) -> dict[str, Any]:
    study = data.study
    return {
        "title": dict(study.title),
        "languages": list(study.languages),
        "rows": data.rows,
        "survey": study.survey,
        "fielded": [f"{day}" for day in study.fielded],
        "simulated": study.simulated,
        "left_out": data.left_out,
        "citation": citation(study),
        "contact": study.contact,
        "variables": [
            {"name": each.name, "kind": each.kind, "label": dict(each.label)}
            for each in data.variables
            if each.kind != "replicate"
        ],
        "replicates": len(data.of_kind("replicate")),
        "digests": digest_variables(data),
        "files": [file.to_document() for file in files],
        "dcat": to_dcat(data, files),
    }
