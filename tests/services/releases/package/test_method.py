"""The data set carries the method box of its round, in words that reports have in every language."""

from __future__ import annotations

from app.language.languages import LANGUAGES
from app.language.po_files import read_entries, template_path
from app.paths import LOCALES
from app.services.releases.package.codebook import write_codebook
from app.services.releases.package.ddi import write_ddi
from app.services.releases.package.method import REPORT, SENTENCES, method_statements
from tests.services.releases.package.making import make_data, make_study

PROTOCOL = {"sponsor": "River City Council", "list": "Post office, May 2026", "selection": "Systematic"}
FACTS = {
    "response_rate": {"part": 1000, "whole": 4000, "percent": 25},
    "response_rate.north": {"part": 700, "whole": 2000, "percent": 35},
    "response_rate.south": {"part": 300, "whole": 2000, "percent": 15},
    "response_rate.harbor": {"part": None, "whole": 40, "percent": None},
    "response_code": "RR2",
    "agency_chances": "police=40 library=60",
    "open_link_agency": "chosen",
    "r_indicator": 0.8,
    "r_indicator.low": 0.75,
    "r_indicator.high": 0.86,
}


def test_sentences_stand_in_the_catalog_of_reports() -> None:
    known = {entry.text for entry in read_entries(template_path(LOCALES, REPORT))}
    assert set(SENTENCES) <= known


def test_every_statement_of_the_protocol_is_written_or_missing() -> None:
    said = method_statements(make_study(protocol=PROTOCOL, facts=FACTS), "en")
    assert "Sponsor: “River City Council”" in said
    assert "Conducted by: not declared" in said
    assert "Response rate: 25%, about 1,000 of 4,000 invited addresses." in said
    assert "Response rate by part of the city: north: 35%; south: 15%." in said
    assert "Chance of being asked about each agency: the police (en): 40%; the library (en): 60%" in said
    assert any("RR2" in each for each in said)
    assert any(each.startswith("R-indicator: 0.80 (0.75 to 0.86).") for each in said)
    for lang in LANGUAGES:
        assert len(method_statements(make_study(protocol=PROTOCOL, facts=FACTS), lang)) == len(said)


def test_undeclared_list_is_said_in_codebook_and_ddi() -> None:
    for protocol, expected in ((PROTOCOL, False), ({}, True)):
        data = make_data(study=make_study(protocol=protocol, facts=FACTS))
        for content in (write_codebook(data, "en"), write_ddi(data, (), "2.6")):
            assert ("It is not declared that they were picked at random" in content.decode()) == expected
            assert ("addresses were picked at random from a list" in content.decode()) != expected
            assert "RR2" in content.decode()
