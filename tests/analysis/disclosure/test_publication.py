"""Publication: the gate protects every document, and no other code makes one."""

import copy
import dataclasses
import json
import pickle
from pathlib import Path

import pytest

import analysis.disclosure.sealing as sealing
from analysis.disclosure import (
    Catalogue,
    DraftFact,
    DraftReport,
    DraftSection,
    DraftTable,
    PublishedReport,
    Rules,
    Sealed,
    SealedValue,
    Withheld,
    preview,
    publish,
    restore,
)
from analysis.disclosure.audit.distribution import find_known_ends
from analysis.disclosure.canonical import sha256, to_bytes
from analysis.disclosure.catalogue import CatalogueChanged, UnknownDomain
from analysis.disclosure.consistency import (
    InconsistentCounts,
    LargerThanAll,
    Overlapping,
    RepeatedTable,
    SameDataOtherCounts,
)
from analysis.disclosure.publication import BrokenReport
from analysis.disclosure.repair import EarlierPublicationLeaks, TooFewNewAnswers
from analysis.disclosure.shares import SHARE_STEPS
from analysis.disclosure.tables import Steps, protect
from analysis.disclosure.wording import BadFact, UnprotectedNumber
from tests.analysis.disclosure.drafts import (
    SEXES,
    make_count_table,
    make_draft,
    make_estimates,
    make_score_table,
    make_share_table,
)

PEOPLE = {"everyone": 163, "sex=w": 100, "sex=m": 63}
FEW_MEN = {"everyone": 105, "sex=w": 100, "sex=m": 5}
ROOT = Path(__file__).parents[3]


def make_report(**more: str) -> PublishedReport:
    return publish(make_draft(SEXES, [make_count_table(PEOPLE), make_score_table(PEOPLE)], **more), [])


def in_steps(step: float) -> Steps:
    return {("vote", "everyone", "vote"): step}


def with_facts(*facts: DraftFact) -> DraftReport:
    return DraftReport("spring", "1", SEXES, (DraftSection("method", facts=facts),))


# --- sealed -----------------------------------------------------------------------------------------------------------


SEALED_TYPES = SealedValue.__subclasses__()


@pytest.mark.parametrize("sealed", SEALED_TYPES)
def test_a_protected_value_can_be_made_nowhere_else(sealed: type) -> None:
    with pytest.raises(Sealed, match="made elsewhere"):
        sealed(object(), None)
    with pytest.raises(TypeError):
        sealed()


def test_each_publishing_module_has_its_sealed_type() -> None:
    assert {sealed.__module__ for sealed in SEALED_TYPES} == sealing.GATES


@pytest.mark.parametrize("sealed", SEALED_TYPES)
def test_instance_without_the_constructor_is_empty(sealed: type) -> None:
    shell = object.__new__(sealed)
    for name in [name for each in sealed.__mro__ for name, found in vars(each).items() if isinstance(found, property)]:
        with pytest.raises(Sealed):
            getattr(shell, name)
    with pytest.raises(AttributeError):
        object.__setattr__(shell, "content", b"{}")


def test_sealed_value_copies_are_same_and_pickling_is_refused() -> None:
    report = make_report()
    assert copy.copy(report) is report
    assert copy.deepcopy(report) is report
    with pytest.raises(TypeError):
        dataclasses.replace(report, content=b"{}")  # type: ignore[type-var]
    with pytest.raises(Sealed):
        pickle.dumps(report)
    with pytest.raises(AttributeError):
        report.content = b"{}"  # type: ignore[misc]


@pytest.mark.parametrize("sealed", [SealedValue, *SEALED_TYPES])
def test_subclass_of_a_sealed_value_is_refused(sealed: type) -> None:
    with pytest.raises(Sealed):
        type("Forged", (sealed,), {"content": b"{}"})


@pytest.mark.parametrize("sealed", SEALED_TYPES)
def test_subclass_named_for_a_publishing_module_is_refused(sealed: type) -> None:
    with pytest.raises(Sealed):
        type("Forged", (sealed,), {"content": b"{}", "__module__": sealed.__module__})


def test_another_object_cannot_pose_as_a_report() -> None:
    class Forged:
        __slots__ = ("__weakref__",)

    forged = Forged()
    try:
        forged.__class__ = PublishedReport  # type: ignore[assignment]
    except TypeError:
        return
    with pytest.raises(Sealed):
        forged.content  # noqa: B018


def test_the_document_of_a_report_cannot_be_changed() -> None:
    report = make_report()
    with pytest.raises(TypeError):
        report.document["wave"] = "autumn"  # type: ignore[index]
    with pytest.raises(AttributeError):
        report.document["sections"].append({})


def test_seal_is_named_in_publishing_modules_only() -> None:
    sources = [*ROOT.glob("analysis/**/*.py"), *ROOT.glob("app/**/*.py")]
    naming = {path.relative_to(ROOT).as_posix() for path in sources if "_SEAL" in path.read_text()}
    gates = {f"{gate.replace('.', '/')}.py" for gate in sealing.GATES}
    assert naming == {"analysis/disclosure/sealing.py", *gates}
    assert hasattr(sealing, "_SEAL")


# --- stored and restored ----------------------------------------------------------------------------------------------


def test_stored_report_keeps_its_bytes_and_tables() -> None:
    report = make_report()
    again = restore(report.content, report.sha256)
    assert (again.content, again.tables, dict(again.audit)) == (report.content, report.tables, dict(report.audit))


def test_altered_bytes_are_refused_with_any_fingerprint() -> None:
    report = make_report()
    altered = report.content.replace(b'"value":50.0', b'"value":51.0', 1)
    with pytest.raises(BrokenReport, match="fingerprint"):
        restore(altered, report.sha256)
    with pytest.raises(BrokenReport, match="form"):
        restore(b"{}", sha256(b"{}"))
    spaced = json.dumps(json.loads(report.content)).encode()
    with pytest.raises(BrokenReport, match="written otherwise"):
        restore(spaced, sha256(spaced))


def test_bytes_with_a_cell_that_breaks_the_rules_are_refused() -> None:
    document = json.loads(make_report().content)
    document["sections"][0]["tables"][0]["rows"][2]["cell"] |= {"value": 7.0, "n": 7}
    content = to_bytes(document)
    with pytest.raises(BrokenReport, match="count below the threshold"):
        restore(content, sha256(content))


def test_numbers_are_written_in_one_way() -> None:
    assert to_bytes({"b": -0.0, "a": (1, 52.3)}) == b'{"a":[1,52.3],"b":0.0}'
    with pytest.raises(AssertionError, match="finite"):
        to_bytes({"a": float("nan")})


# --- the gate ---------------------------------------------------------------------------------------------------------


def test_level_found_by_subtraction_is_withheld() -> None:
    report = publish(make_draft(SEXES, [make_score_table(FEW_MEN)]), [])
    cells = {row.domain: row.cell for row in report.tables[0].rows}
    assert cells["sex=m"] == Withheld("too_few")
    assert cells["sex=w"] == Withheld("protects_another")
    assert not isinstance(cells["everyone"], Withheld)


@pytest.mark.parametrize("compared", ["sex=w", "sex=m"])
def test_group_that_is_compared_stays(compared: str) -> None:
    # Five people of 160 did not say, so one of the two groups must be withheld.
    counts = {"everyone": 160, "sex=w": 100, "sex=m": 55}
    gap = DraftTable("gap", "Gap", "gap", (counts[compared],), make_estimates({compared: counts[compared]}))
    report = publish(make_draft(SEXES, [make_score_table(counts), gap]), [])
    other = {"sex=w": "sex=m", "sex=m": "sex=w"}[compared]
    hidden = [(table.id, row.domain) for table in report.tables for row in table.rows if isinstance(row.cell, Withheld)]
    assert hidden == [("trust", other), ("gap", other)], "a group without a row would be one without people"


def test_largest_group_is_withheld_where_all_are_alike() -> None:
    counts = {"everyone": 160, "sex=w": 100, "sex=m": 55}
    report = publish(make_draft(SEXES, [make_score_table(counts)]), [])
    assert [row.domain for row in report.tables[0].rows if isinstance(row.cell, Withheld)] == ["sex=w"]


def test_withheld_group_is_withheld_in_every_table_of_its_base() -> None:
    gap = make_score_table(FEW_MEN, id="more")
    report = publish(make_draft(SEXES, [make_score_table(FEW_MEN), gap]), [])
    assert [row.cell for row in report.tables[0].rows] == [row.cell for row in report.tables[1].rows]


def test_earlier_report_enters_the_audit() -> None:
    first = publish(make_draft(SEXES, [make_score_table({"everyone": 105})]), [])
    second = publish(make_draft(SEXES, [make_score_table({"sex=w": 100, "sex=m": 5})]), [first])
    assert all(isinstance(row.cell, Withheld) for row in second.tables[0].rows)
    other_wave = publish(make_draft(SEXES, [make_score_table({"sex=w": 100, "sex=m": 5})], wave="autumn"), [first])
    assert not isinstance(other_wave.tables[0].rows[0].cell, Withheld)


def test_second_report_without_new_answers_has_equal_bytes() -> None:
    draft = make_draft(SEXES, [make_count_table(FEW_MEN), make_score_table(FEW_MEN)])
    first = publish(draft, [])
    assert publish(draft, [first]).content == first.content


def test_order_of_variables_and_levels_changes_no_meaning() -> None:
    first = Catalogue.of({"sex": ["w", "m"], "age": ["a", "b"]}, crossings=[("sex", "age")])
    again = Catalogue.of({"age": ["b", "a"], "sex": ["m", "w"]}, crossings=[("sex", "age")])
    table = make_score_table({"everyone": 160, "sex=w, age=a": 60})
    report = publish(make_draft(first, [table]), [])
    assert publish(make_draft(again, [table]), [report]).tables == report.tables


def test_groups_of_an_earlier_report_keep_their_meaning() -> None:
    areas = {"block": ["1", "2", "3"]}
    north = Catalogue.of(areas, groupings={"district": ("block", {"north": ["1", "2"]})})
    first = publish(make_draft(north, [make_score_table({"district=north": 104})]), [])
    second = publish(make_draft(Catalogue.of(areas), [make_score_table({"block=1": 100})]), [first])
    assert second.tables[0].rows[0].cell == Withheld("protects_another")
    moved = Catalogue.of(areas, groupings={"district": ("block", {"north": ["1", "3"]})})
    with pytest.raises(CatalogueChanged, match="district=north"):
        publish(make_draft(moved, [make_score_table({"block=1": 100})]), [first])


def test_publishing_is_refused_when_everyone_changed_by_few() -> None:
    first = make_report()
    more = {"everyone": 166, "sex=w": 102, "sex=m": 64}
    draft = make_draft(SEXES, [make_score_table(more, {"everyone": 50.4})], data="2")
    with pytest.raises(TooFewNewAnswers, match="changed by too few"):
        publish(draft, [first])


def test_group_changed_by_few_is_withheld_with_its_complement() -> None:
    first = make_report()
    more = {"everyone": 203, "sex=w": 138, "sex=m": 65}
    draft = make_draft(SEXES, [make_score_table(more, dict.fromkeys(more, 51.0))], data="2")
    reasons = {row.domain: row.cell for row in publish(draft, [first]).tables[0].rows}
    assert reasons["sex=m"] == Withheld("changed_by_few")
    assert isinstance(reasons["sex=w"], Withheld)
    assert not isinstance(reasons["everyone"], Withheld)


def test_group_first_shown_after_few_changes_is_withheld() -> None:
    people = {"everyone": 206, "sex=w": 100, "sex=m": 100, "sex=x": 6}
    three = Catalogue.of({"sex": ["w", "m", "x"]})
    first = publish(make_draft(three, [make_score_table(people)]), [])
    (hidden,) = (row.domain for row in first.tables[0].rows[1:3] if isinstance(row.cell, Withheld))
    later = {"everyone": 442, "sex=w": 290, "sex=m": 290, "sex=x": 50} | {hidden: 102}
    draft = make_draft(three, [make_score_table(later, dict.fromkeys(later, 51.0))], data="2")
    cells = {row.domain: row.cell for row in publish(draft, [first]).tables[0].rows}
    assert {name for name, cell in cells.items() if cell == Withheld("changed_by_few")} == {hidden}


def test_enough_new_answers_may_be_published() -> None:
    more = {"everyone": 203, "sex=w": 120, "sex=m": 83}
    report = publish(make_draft(SEXES, [make_score_table(more, dict.fromkeys(more, 51.0))], data="2"), [make_report()])
    assert not any(isinstance(row.cell, Withheld) for row in report.tables[0].rows)


def test_preview_lists_withheld_figures_with_reasons() -> None:
    draft = make_draft(SEXES, [make_score_table(FEW_MEN)])
    listed = [(found.table, found.domain, found.reason) for found in preview(draft, [])]
    assert listed == [("trust", "sex=w", "protects_another"), ("trust", "sex=m", "too_few")]
    assert [found["domain"] for found in publish(draft, []).document["withheld"]] == ["sex=w", "sex=m"]


def test_shares_are_coarser_where_a_hidden_end_would_follow() -> None:
    rules, table = Rules(share_people=1), make_share_table("everyone", 50, {"yes": 0.42, "no": 0.58, "unsure": 0.0})
    unsafe = [step for step in SHARE_STEPS if [*find_known_ends(protect([table], rules, in_steps(step)), rules)]]
    assert unsafe == [1.0, 2.0, 5.0, 10.0]  # 0, 0, 0 to 2 and 0 to 4 people were unsure; all of these are narrow
    report = publish(make_draft(SEXES, [table]), [], rules)
    assert {row.cell.step for row in report.tables[0].rows if not isinstance(row.cell, Withheld)} == {20.0}


def test_a_laxer_rule_leaves_a_note_in_the_report() -> None:
    draft = make_draft(SEXES, [make_count_table(PEOPLE)])
    assert publish(draft, [], Rules(count_threshold=8)).document["notes"] == ("laxer rule: count_threshold",)
    assert publish(draft, []).document["notes"] == ()


def test_an_earlier_leak_is_refused_by_name() -> None:
    lax = Rules(count_threshold=1, score_minimum=1, effective_minimum=1, rounding_base=1, narrowest_range=1)
    first = publish(make_draft(SEXES, [make_score_table(FEW_MEN)]), [], lax)
    with pytest.raises(EarlierPublicationLeaks, match="everyone - sex=w"):
        publish(make_draft(SEXES, [make_count_table(FEW_MEN), make_score_table(FEW_MEN)]), [first])


# --- drafts that do not fit together ----------------------------------------------------------------------------------


def test_contradicting_drafts_are_refused() -> None:
    table = make_count_table(PEOPLE)
    with pytest.raises(RepeatedTable):
        publish(make_draft(SEXES, [table, table]), [])
    with pytest.raises(InconsistentCounts, match="found 163 and 170"):
        publish(make_draft(SEXES, [table, make_count_table({"everyone": 170}, "more")]), [])
    with pytest.raises(Overlapping, match="add up to 180"):
        publish(make_draft(SEXES, [make_count_table({"everyone": 163, "sex=w": 100, "sex=m": 80})]), [])
    with pytest.raises(UnknownDomain):
        publish(make_draft(SEXES, [make_count_table({"sex=x": 40})]), [])
    with pytest.raises(LargerThanAll, match="at most the 163 people"):
        publish(make_draft(SEXES, [table, make_score_table({"everyone": 164})]), [])
    with pytest.raises(SameDataOtherCounts):
        publish(make_draft(SEXES, [make_count_table({"everyone": 190})]), [make_report()])


# --- words ------------------------------------------------------------------------------------------------------------


def test_a_text_may_not_hold_a_number_that_was_not_declared() -> None:
    with pytest.raises(UnprotectedNumber, match="'37'"):
        publish(with_facts(DraftFact("note", "37 people answered on paper", "text")), [])
    with pytest.raises(UnprotectedNumber, match="'٣٧'"):
        publish(with_facts(DraftFact("note", "٣٧", "text")), [])
    table = make_score_table({"everyone": 100})
    with pytest.raises(UnprotectedNumber, match="title of trust"):
        publish(make_draft(SEXES, [dataclasses.replace(table, title="Trust (n = 101)")]), [])


def test_a_text_may_repeat_declared_numbers() -> None:
    facts = (
        DraftFact("population", "ACS 2020", "constant"),
        DraftFact("note", "Weighted to ACS 2020", "text"),
        DraftFact("dates", "2026-03-01/2026-04-15", "date"),
    )
    found = publish(with_facts(*facts), []).document["sections"][0]["facts"]
    assert found["note"]["value"] == "Weighted to ACS 2020"


def test_counts_and_rates_among_the_facts_are_rounded() -> None:
    facts = (
        DraftFact("answers", 163, "count", "everyone"),
        DraftFact("men", 8, "count", "sex=m"),
        DraftFact("on paper", 7, "count"),
        DraftFact("finished", (163, 404), "rate"),
        DraftFact("refused", (3, 404), "rate"),
    )
    report = publish(with_facts(*facts), [])
    found = {name: fact["value"] for name, fact in report.document["sections"][0]["facts"].items()}
    assert found["answers"] == 165
    assert found["men"] is None
    assert found["on paper"] is None
    assert dict(found["finished"]) == {"part": 165, "whole": 405, "percent": 40.0}
    assert dict(found["refused"]) == {"part": None, "whole": 405, "percent": None}
    assert {row.domain for row in report.tables[-1].rows} == {"everyone", "sex=m"}


@pytest.mark.parametrize(
    "fact",
    [
        DraftFact("opened", "in March", "date"),
        DraftFact("answers", -1, "count"),
        DraftFact("rate", 5, "rate"),
        DraftFact("note", 5, "text"),
    ],
)
def test_facts_of_the_wrong_kind_are_refused(fact: DraftFact) -> None:
    with pytest.raises((BadFact, UnprotectedNumber)):
        publish(with_facts(fact), [])


def test_empty_catalog_applies_the_rules_to_all_residents() -> None:
    draft = make_draft(Catalogue.of({}), [make_count_table({"everyone": 8})])
    assert publish(draft, []).tables[0].rows[0].cell == Withheld("too_few")
