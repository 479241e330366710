"""Releases through the service: once and for all, again byte for byte, in versions, withdrawn, checked."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine

from analysis.disclosure.microdata.holding_back import held_back_of, most_held_back
from analysis.disclosure.microdata.refusals import OtherKeysThanBefore
from app.errors import NotFound, NothingToReport, ReleaseBroken, ReleaseGone, ReleaseOvertaken
from app.records.audit_log import acts, is_whole
from app.records.ballots import Response
from app.records.database import reading, writing
from app.records.releases import Release, get_release
from app.records.waves import get_wave
from app.services.common.actor import Actor
from app.services.common.object_store import ObjectStore
from app.services.communities import profiles
from app.services.releases import build as release_building
from app.services.releases import publish as release_publishing
from app.services.releases import verify as release_verifying
from app.services.reports import publish as report_publishing
from app.settings import Settings
from tests.services.making import ACT, make_open_wave
from tests.services.released import LAYOUT, PLAN, WAVE, make_answered_wave, make_release

LATER = Actor("olga", ACT.now + timedelta(days=9))


def folder_of(settings: Settings, name: str, tier: str = "public") -> Path:
    return ObjectStore(settings).folder(tier, name)


def change_wording(engine: Engine) -> None:
    """A community corrects its own name; the answers stay."""
    profiles.name_community(engine, PLAN.community, {"en": "River City, corrected"}, ACT)


def add_answers(engine: Engine, number: int) -> None:
    with writing(engine) as session:
        wave_id = get_wave(session, WAVE).id or 0
        for _ in range(number):
            answers = {"B1": 5, "B2": 5, "C1": [1], "AGE": 1, "HOME": 1}
            kept = {"source": "open link", "stratum": "", "agency": "police", "codes": LAYOUT.pack(answers)}
            session.add(Response(key=secrets.token_bytes(16), wave_id=wave_id, **kept))


# --- building


def test_release_lies_in_its_folder_with_recorded_fingerprints(engine: Engine, settings: Settings) -> None:
    release = make_release(engine, settings)
    assert release.name == f"{WAVE}-v1.0.0"
    assert release.published_on == ACT.now.date()
    folder = folder_of(settings, release.name)
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == {file.path for file in release.files}
    assert release_verifying.verify_release(engine, settings, release.name) == release
    assert list((settings.data_dir / "releases" / "drafts").iterdir()) == []


def test_file_holds_protected_answers_and_no_identifiers(engine: Engine, settings: Settings) -> None:
    release = make_release(engine, settings)
    frame = pd.read_csv(folder_of(settings, release.name) / "data" / f"{WAVE}.csv")
    assert {"case", "source", "agency", "age", "B1", "C1_1", "CTI", "weight"} <= set(frame)
    assert not {"key", "stratum", "id"} & set(frame)
    assert 400 - most_held_back([200, 200]) <= len(frame) <= 400 - 2 * held_back_of(200)
    keys = [name for name in ("source", "age", "area") if name in frame]
    assert frame.groupby(keys).size().min() >= 5
    assert frame["CTI"].dropna().between(0, 100).all()
    assert (frame["B2"] == -8).sum() > 0
    assert frame.loc[frame["B2"] == -8, "CTI"].isna().all()


def test_same_answers_give_the_same_release_and_version(engine: Engine, settings: Settings) -> None:
    first = make_release(engine, settings)
    again = release_building.build_release(engine, settings, WAVE, LATER)
    assert not again.is_new
    assert again.release == first
    assert len(release_publishing.list_releases(engine)) == 1


def test_release_built_again_the_same_day_has_equal_files(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    first = make_release(engine, settings)
    elsewhere = replace(settings, data_dir=tmp_path / "elsewhere")
    with reading(engine) as session:
        found = release_building.read_answers(session, settings, get_wave(session, WAVE), "public")
    found = replace(found, releases=(), history=())
    microdata = release_building.protect(found)
    with ObjectStore(elsewhere).draft() as folder:
        study = release_building.as_next(found, {}, Actor("olga", ACT.now + timedelta(minutes=1)))
        package = release_building.write_package(folder, found, study, microdata, lambda step: None)
    assert package.files == first.files


def test_other_words_are_a_patch_with_the_same_data(engine: Engine, settings: Settings) -> None:
    first = make_release(engine, settings)
    change_wording(engine)
    second = release_building.build_release(engine, settings, WAVE, LATER).release
    assert second.name == f"{WAVE}-v1.0.1"
    data = f"data/{WAVE}.csv"
    assert second.file(data).sha256 == first.file(data).sha256  # type: ignore[union-attr]
    assert second.sha256 != first.sha256
    changes = (folder_of(settings, second.name) / "CHANGES.txt").read_text()
    assert changes.index("1.0.1") < changes.index("1.0.0")
    assert release_verifying.verify_release(engine, settings, first.name).sha256 == first.sha256


def test_other_answers_of_a_released_wave_are_refused(engine: Engine, settings: Settings) -> None:
    make_release(engine, settings)
    add_answers(engine, 60)
    with pytest.raises(OtherKeysThanBefore, match="as in the earlier release of this wave"):
        release_building.build_release(engine, settings, WAVE, LATER)
    assert len(release_publishing.list_releases(engine)) == 1


def test_concurrent_builds_publish_one_release(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_answered_wave(engine, settings)
    publish = release_building.publish

    def be_late(*given: object) -> str:
        monkeypatch.setattr(release_building, "publish", publish)
        release_building.build_release(engine, settings, WAVE, ACT)
        return publish(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(release_building, "publish", be_late)
    with pytest.raises(ReleaseOvertaken, match=r"version 1\.0\.0 of 'river-city-2026'"):
        release_building.build_release(engine, settings, WAVE, ACT)
    (only,) = release_publishing.list_releases(engine)
    assert release_verifying.verify_release(engine, settings, only.name) == only


def test_a_wave_that_is_open_has_no_data_to_release(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings)
    with pytest.raises(NothingToReport, match="it is open; close it first"):
        release_building.build_release(engine, settings, WAVE, ACT)
    with pytest.raises(NotFound):
        release_building.build_release(engine, settings, "nowhere", ACT)


def test_a_release_stands_beside_a_report_under_one_audit(engine: Engine, settings: Settings) -> None:
    make_answered_wave(engine, settings)
    report_publishing.publish_report(engine, WAVE, ACT)
    release = release_building.build_release(engine, settings, WAVE, ACT).release
    stated = json.loads((folder_of(settings, release.name) / "report" / "disclosure.json").read_text())
    assert stated["audit"]["releases"] == 2
    assert stated["audit"]["recovered"] == stated["audit"]["narrow"] == 0
    assert stated["rules"]["k"] == 5


def test_report_audit_includes_an_earlier_release(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_release(engine, settings)
    seen: list[int] = []
    publish = report_publishing.publish

    def look(draft: Any, history: Any) -> Any:
        seen.append(len(history))
        return publish(draft, history)

    monkeypatch.setattr(report_publishing, "publish", look)
    report = report_publishing.publish_report(engine, WAVE, ACT, store=ObjectStore(settings))
    assert seen == [1]
    assert report.report.audit["recovered"] == report.report.audit["narrow"] == 0


def test_restricted_file_passes_the_gate_with_its_own_rules(engine: Engine, settings: Settings) -> None:
    make_answered_wave(engine, settings)
    release = release_building.build_release(engine, settings, WAVE, ACT, "restricted").release
    assert release.name == f"{WAVE}-r1.0.0"
    stated = json.loads((folder_of(settings, release.name, "restricted") / "report" / "disclosure.json").read_text())
    assert stated["rules"]["k"] == 3
    assert stated["notes"] == ["laxer rule: k"]
    assert release_publishing.list_releases(engine) == []
    assert release_publishing.find_frozen_release(engine, WAVE) is None


# --- withdrawing and checking


def test_withdrawn_release_leaves_a_notice_and_its_number(engine: Engine, settings: Settings) -> None:
    first = make_release(engine, settings)
    release_publishing.withdraw_release(engine, settings, first.name, "A variable was mislabelled.", LATER)
    gone = release_publishing.find_frozen_release(engine, first.name)
    assert gone is not None
    assert (gone.stands, gone.reason, gone.withdrawn_on) == (False, "A variable was mislabelled.", LATER.now.date())
    assert not folder_of(settings, first.name).exists()
    with pytest.raises(ReleaseGone):
        release_publishing.withdraw_release(engine, settings, first.name, "again", LATER)
    with pytest.raises(ReleaseGone):
        release_verifying.verify_release(engine, settings, first.name)
    second = release_building.build_release(engine, settings, WAVE, LATER).release
    assert second.version == "1.0.1"


def test_a_frozen_release_can_be_neither_changed_nor_deleted(engine: Engine, settings: Settings) -> None:
    name = make_release(engine, settings).name
    with pytest.raises(AssertionError, match="is frozen"), writing(engine) as session:
        get_release(session, name).changes = "quietly"
    with pytest.raises(AssertionError, match="is frozen"), writing(engine) as session:
        session.delete(get_release(session, name))


def test_a_changed_or_missing_file_is_named(engine: Engine, settings: Settings) -> None:
    release = make_release(engine, settings)
    folder = folder_of(settings, release.name)
    with (folder / "data" / f"{WAVE}.csv").open("ab") as file:
        file.write(b"1\n")
    (folder / "TERMS.txt").unlink()
    with pytest.raises(ReleaseBroken) as caught:
        release_verifying.verify_release(engine, settings, release.name)
    assert caught.value.problems == (f"data/{WAVE}.csv has changed", "TERMS.txt is missing")


def test_data_that_bypassed_the_gate_are_found(engine: Engine, settings: Settings) -> None:
    release = make_release(engine, settings)
    sealed = settings.data_dir / "releases" / "sealed" / release.name
    content = bytearray(sealed.read_bytes())
    content[-1] ^= 1
    sealed.write_bytes(bytes(content))
    with pytest.raises(Exception, match="fingerprint"):
        release_verifying.verify_release(engine, settings, release.name)


def test_no_path_leads_out_of_a_release(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    name = make_release(engine, settings).name
    store = ObjectStore(settings)
    (tmp_path / "secret").write_text("x")
    (store.folder("public", name) / "link").symlink_to(tmp_path / "secret")
    for path in ("../../sealed/" + name, "/etc/passwd", "link", "data", "", "data/../TERMS.txt"):
        assert store.find("public", name, path) is None
    assert store.find("public", name, "TERMS.txt") is not None


def test_audit_log_records_each_action(engine: Engine, settings: Settings) -> None:
    name = make_release(engine, settings).name
    release_publishing.withdraw_release(engine, settings, name, "wrong", LATER)
    with reading(engine) as session:
        log = acts(session)
        assert is_whole(log)
        stated = [(each.actor, each.act) for each in log if each.subject == name]
    assert stated == [("olga", "release published"), ("olga", "release withdrawn")]


def test_downloads_are_counted_in_tens(engine: Engine, settings: Settings) -> None:
    name = make_release(engine, settings).name
    release_publishing.count_downloads(engine, name, "TERMS.txt", 10)
    release_publishing.count_downloads(engine, name, f"data/{WAVE}.csv", 10)
    release_publishing.count_downloads(engine, name, "TERMS.txt", 5)
    assert release_publishing.downloads_in_tens(engine, name) == 20


def test_both_databases_keep_a_release(both_engine: Engine, both_settings: Settings) -> None:
    release = make_release(both_engine, both_settings)
    assert release_publishing.find_frozen_release(both_engine, release.name) == release
    with reading(both_engine) as session:
        assert isinstance(get_release(session, release.name), Release)


def test_numbers_are_rounded_as_the_gate_rounds_them(engine: Engine, settings: Settings) -> None:
    release = make_release(engine, settings)
    frame = pd.read_csv(folder_of(settings, release.name) / "data" / f"{WAVE}.csv")
    hundredths = frame["weight"] * 100
    np.testing.assert_allclose(hundredths, hundredths.round(), atol=1e-6)
