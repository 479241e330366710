"""The operator reads at preview what the weighting merges or leaves out, and why there is no margin of error."""

from __future__ import annotations

from analysis.disclosure import Catalogue, DraftFact, DraftReport, DraftSection
from app.services.reports.weighting_notes import find_weighting_notes


def make_draft(**facts: str) -> DraftReport:
    section = DraftSection(
        "address-sample.method", facts=tuple(DraftFact(name, value, "constant") for name, value in facts.items())
    )
    return DraftReport("w", "1", Catalogue.of({"source": ("address-sample",)}), (DraftSection("method"), section))


def test_notes_name_merged_dropped_unused_and_unlisted() -> None:
    facts = {"merged": "age=3+age=4", "dropped": "race_1", "unused": "race_6", "untold": "area", "unlisted": "north"}
    notes = list(find_weighting_notes(make_draft(probability="yes", **facts)))
    assert len(notes) == len(facts)
    assert all(any(value in note for note in notes) for value in facts.values())
    assert all(note.startswith("address-sample: ") for note in notes)


def test_letters_without_a_protocol_are_named_with_the_remedy() -> None:
    (note,) = find_weighting_notes(make_draft(probability="no"))
    assert "`protocol`" in note
    assert list(find_weighting_notes(make_draft(probability="yes"))) == []
