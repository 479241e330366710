"""The descriptions obey the standards they name, and say the same as the data."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package, system
from lxml import etree

from app.paths import ROOT
from app.services.releases.package.catalog import to_dcat, write_dcat
from app.services.releases.package.citations import citation, write_cff, write_datacite
from app.services.releases.package.ddi import VERSIONS, write_ddi
from app.services.releases.package.files import FilePlan, PackedFile, store_files
from app.services.releases.package.study import DataSet
from app.services.releases.package.table_schemas import write_croissant, write_csvw, write_datapackage
from app.services.releases.package.text_table import write_csv
from tests.services.releases.package.making import LANGUAGES, make_data, make_study

STANDARDS = ROOT / "tests" / "standards"
# Additions in the change log of DDI-Codebook 2.6: (element, attribute), or an element alone.
ADDED_IN_2_6 = {
    ("AuthEnty", "agentIdentifier"), ("producer", "agentIdentifier"), ("distrbtr", "agentIdentifier"),
    ("contact", "agentIdentifier"), ("custodian", "role"), ("fundAg", "affiliation"), ("othId", "abbr"),
    ("catgry", "access"), ("catStat", "access"), ("invalrng", "access"), ("valrng", "access"), ("sumStat", "access"),
    ("IDNo", "isPersistentIdentifier"), ("concept", "vocabInstanceURI"), ("fileTxt", "mimeType"),
    "typeOfSetAvailability", "typeOfExPostEvaluation", "typeOfDevelopmentActivity", "typeOfDataSrc",
    "typeOfDataAccess", "typeOfCodingInstruction", "generalDataFormat", "metadataAccsType", "language", "license",
    "varRange", "fileDerivation",
}  # fmt: skip


@pytest.fixture(scope="module")
def data() -> DataSet:
    return make_data(80)


@pytest.fixture(scope="module")
def package(data: DataSet, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[PackedFile, ...]]:
    """A folder with the CSV, and what is known of it."""
    folder = tmp_path_factory.mktemp("package")
    plans = [FilePlan("data/river-city-2026.csv", "data", lambda before: write_csv(data))]
    return folder, store_files(folder, plans)


# --- DDI


def load_schema(version: str) -> Any:
    """The schema of 2.6; that of 2.5 is the same under its own name, as far as nothing that was added is used."""
    path = STANDARDS / "ddi-codebook-2.6" / "codebook.xsd"
    text = path.read_text("utf-8").replace("ddi:codebook:2_6", f"ddi:codebook:{version.replace('.', '_')}")
    text = text.replace('fixed="2.6"', f'fixed="{version}"')
    return etree.XMLSchema(etree.fromstring(text.encode(), base_url=str(path)))


@pytest.mark.parametrize("version", VERSIONS)
def test_ddi_is_valid(data: DataSet, package: tuple[Path, tuple[PackedFile, ...]], version: str) -> None:
    document = etree.fromstring(write_ddi(data, package[1], version))
    schema = load_schema(version)
    assert schema.validate(document), schema.error_log
    assert document.get("version") == version


def test_ddi_2_5_uses_nothing_that_2_6_added(data: DataSet, package: tuple[Path, tuple[PackedFile, ...]]) -> None:
    document = etree.fromstring(write_ddi(data, package[1], "2.5"))
    used: set[Any] = set()
    for element in document.iter():
        name = etree.QName(element).localname
        used |= {name, *((name, attribute) for attribute in element.attrib)}
    assert not used & ADDED_IN_2_6


def test_a_fault_in_ddi_is_found(data: DataSet) -> None:
    broken = write_ddi(data, (), "2.6").replace(b"<catValu>", b"<catValue>").replace(b"</catValu>", b"</catValue>")
    assert not load_schema("2.6").validate(etree.fromstring(broken))


def test_ddi_describes_variables_and_codes_in_every_language(data: DataSet) -> None:
    document = etree.fromstring(write_ddi(data, (), "2.6"))
    spaces = {"d": "ddi:codebook:2_6"}
    stated = document.findall(".//d:var", spaces)
    assert [each.get("name") for each in stated] == [variable.name for variable in data.variables]
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    for element, variable in zip(stated, data.variables, strict=True):
        labels = {each.get(lang): each.text for each in element.findall("d:labl", spaces)}
        assert labels == variable.label
        codes = {int(each.findtext("d:catValu", "", spaces)): each for each in element.findall("d:catgry", spaces)}
        assert set(codes) == {code.value for code in variable.codes}
        for code in variable.codes:
            assert {each.get(lang) for each in codes[code.value].findall("d:labl", spaces)} == set(LANGUAGES)
            assert (codes[code.value].get("missing") == "Y") == code.missing


# --- tables


def test_the_data_package_is_valid_and_a_planted_fault_is_found(
    data: DataSet, package: tuple[Path, tuple[PackedFile, ...]]
) -> None:
    folder, files = package
    (folder / "datapackage.json").write_bytes(write_datapackage(data, files))
    with system.use_context(trusted=True):
        report = Package(str(folder / "datapackage.json")).validate()
        assert report.valid, report.flatten(["type", "note"])
        table = folder / files[0].path
        whole = table.read_text("utf-8")
        head, first, *rest = whole.splitlines()
        cells = first.split(",")
        cells[2] = "77"
        table.write_text("\n".join([head, ",".join(cells), *rest]) + "\n", "utf-8")
        found = Package(str(folder / "datapackage.json")).validate()
        table.write_text(whole, "utf-8")
    assert not found.valid
    assert "constraint-error" in [error[0] for error in found.flatten(["type"])]


def test_csv_on_the_web_describes_each_column(data: DataSet, package: tuple[Path, tuple[PackedFile, ...]]) -> None:
    folder, files = package
    stated = json.loads(write_csvw(data, files))
    head = (folder / files[0].path).read_text("utf-8").splitlines()[0].split(",")
    columns = stated["tableSchema"]["columns"]
    assert [column["titles"] for column in columns] == head
    assert (folder / "metadata" / stated["url"]).resolve() == (folder / files[0].path).resolve()
    assert columns[2]["null"] == ["", "-5", "-6", "-7", "-8", "-9"]


def test_croissant_describes_each_column_and_the_file(
    data: DataSet, package: tuple[Path, tuple[PackedFile, ...]]
) -> None:
    stated = json.loads(write_croissant(data, package[1]))
    assert stated["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    assert stated["distribution"][0]["sha256"] == package[1][0].sha256
    fields = stated["recordSet"][0]["field"]
    assert [field["source"]["extract"]["column"] for field in fields] == [each.name for each in data.variables]


# --- citations and catalogs


def test_a_citation_names_publisher_year_title_version_and_place() -> None:
    assert citation(make_study()) == (
        "River City (2026). Trust in River City (version 1.0.0) [data set]. River City. "
        "https://survey.example.org/data/river-city-2026-v1.0.0"
    )
    assert citation(make_study(doi="10.1234/abc")).endswith("https://doi.org/10.1234/abc")


def test_datacite_has_titles_in_every_language(data: DataSet) -> None:
    stated = json.loads(write_datacite(data))
    assert {title["lang"] for title in stated["titles"]} == set(LANGUAGES)
    assert stated["schemaVersion"] == "http://datacite.org/schema/kernel-4"
    assert "doi" not in stated


def test_citation_file_escapes_quotes_in_its_title(data: DataSet) -> None:
    quoted = replace(data, study=make_study(title=dict.fromkeys(LANGUAGES, 'Trust "here"')))
    assert 'title: "Trust \\"here\\""' in write_cff(quoted).decode()


def test_dcat_leads_to_each_file_by_its_fingerprint(
    data: DataSet, package: tuple[Path, tuple[PackedFile, ...]]
) -> None:
    stated = to_dcat(data, package[1])
    (file,) = stated["dcat:distribution"]
    assert file["spdx:checksum"]["spdx:checksumValue"] == package[1][0].sha256
    assert file["dcat:downloadURL"]["@id"].endswith("/data/river-city-2026.csv")
    assert json.loads(write_dcat(data, package[1]))["@type"] == "dcat:Dataset"
