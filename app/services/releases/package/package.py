"""Plan a complete package: its files in their order, each with its writer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from app.questionnaire.definition import Survey
from app.services.releases.package.catalog import write_dcat
from app.services.releases.package.citations import write_cff, write_datacite
from app.services.releases.package.codebook import write_codebook
from app.services.releases.package.ddi import VERSIONS, write_ddi
from app.services.releases.package.disclosure import write_disclosure, write_disclosure_page
from app.services.releases.package.files import FilePlan, PackedFile, Pieces
from app.services.releases.package.parquet import write_parquet
from app.services.releases.package.questionnaire import write_questionnaire
from app.services.releases.package.readme import write_changes, write_readme, write_terms
from app.services.releases.package.scripts import write_script
from app.services.releases.package.spss import CaseStore, write_sav
from app.services.releases.package.stata import write_dta
from app.services.releases.package.study import DataSet
from app.services.releases.package.table_schemas import write_croissant, write_csvw, write_datapackage
from app.services.releases.package.text_table import write_csv

SUMS = "SHA256SUMS"
SCRIPTS = ("R", "do", "py")

Before = tuple[PackedFile, ...]


def plan_package(data: DataSet, survey: Survey) -> Iterator[FilePlan]:
    """Yield the files in their order: data first, because the others contain their fingerprints."""
    yield from _data(data)
    yield from _metadata(data)
    for lang in data.languages:
        yield FilePlan(f"codebook/{lang}.html", "codebook", _alone(write_codebook, data, lang), lang)
        page = partial(write_questionnaire, survey, data.study, lang)
        yield FilePlan(f"questionnaire/{lang}.html", "questionnaire", _alone(page), lang)
        yield FilePlan(f"report/{lang}.html", "report", _alone(write_disclosure_page, data, lang), lang)
    yield FilePlan("report/disclosure.json", "report", _alone(write_disclosure, data))
    if data.headline and data.weights:
        for ending in SCRIPTS:
            yield FilePlan(f"scripts/headline.{ending}", "script", partial(write_script, data, ending=ending))
    yield FilePlan("TERMS.txt", "terms", _alone(write_terms, data))
    yield FilePlan("CITATION.cff", "terms", _alone(write_cff, data))
    yield FilePlan("CHANGES.txt", "terms", _alone(write_changes, data))
    yield FilePlan("README.txt", "terms", partial(write_readme, data))
    yield FilePlan(SUMS, "sums", write_sums)


def _data(data: DataSet) -> Iterator[FilePlan]:
    wave, cases = data.study.wave, CaseStore(data)
    yield FilePlan(f"data/{wave}.csv", "data", _alone(write_csv, data))
    yield FilePlan(f"data/{wave}.parquet", "data", _alone(write_parquet, data))
    for lang in data.languages:
        yield FilePlan(f"data/{wave}.{lang}.sav", "data", _alone(write_sav, data, lang, cases), lang)
        yield FilePlan(f"data/{wave}.{lang}.dta", "data", _alone(write_dta, data, lang), lang)


def _metadata(data: DataSet) -> Iterator[FilePlan]:
    for version in VERSIONS:
        yield FilePlan(f"metadata/ddi-{version}.xml", "metadata", partial(write_ddi, data, version=version))
    yield FilePlan("datapackage.json", "metadata", partial(write_datapackage, data))
    yield FilePlan("metadata/csvw.json", "metadata", partial(write_csvw, data))
    yield FilePlan("metadata/croissant.json", "metadata", partial(write_croissant, data))
    yield FilePlan("metadata/datacite.json", "metadata", _alone(write_datacite, data))
    yield FilePlan("metadata/dcat.jsonld", "metadata", partial(write_dcat, data))


def _alone(write: Callable[..., Pieces], *given: object) -> Callable[[Before], Pieces]:
    """Return a writer that does not use the files before it."""
    return lambda before: write(*given)


def write_sums(files: Sequence[PackedFile]) -> bytes:
    """Return the checksums for `sha256sum --check`."""
    return "".join(f"{file.sha256}  {file.path}\n" for file in files).encode()
