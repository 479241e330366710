"""A backup restores all records but sealed answers and keys; a mirror restores the answers that were still sealed."""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from app.errors import AnswerNotStored, BackupDamaged, NotFound
from app.records.ballots import Box, Envelope, Response, SpentNumber
from app.records.holders import HolderKey
from app.records.staff import StaffMember
from app.records.table_copies import all_tables, rows_of, snapshot
from app.services.backups.archive import NEVER, Manifest, TableDump, make_backup, restore, verify
from app.services.backups.row_format import to_line
from app.services.ballots.invitation_codes import create_codes
from app.services.ballots.mirror import LATEST, read_mirror, renew_boxes, restore_envelopes
from app.services.intake import submission
from app.services.waves import lifecycle
from app.settings import Settings
from tests.services.making import (
    ACT,
    ONE_AGENCY,
    make_database,
    make_form,
    make_number_of,
    make_open_wave,
    open_boxes,
    send,
)
from tests.services.reported import make_published_wave


@pytest.fixture
def mirrored(both_settings: Settings, tmp_path: Path) -> Settings:
    """Settings with a mirror."""
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    return replace(both_settings, mirror_dir=mirror)


@pytest.fixture
def elsewhere(both_settings: Settings, tmp_path: Path) -> Settings:
    """Another place, empty, with the same KEY_DIR."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return replace(both_settings, database_url=f"sqlite:///{folder / 'commontrust.sqlite3'}", data_dir=folder)


def everything(engine: Engine) -> dict[str, list[bytes]]:
    with snapshot(engine) as connection:
        return {
            table.name: [to_line(table, row) for row in rows_of(connection, table)]
            for table in all_tables()
            if table.name not in (*NEVER, "audit_event", "backup_note")
        }


def numbers(engine: Engine) -> list[int]:
    with Session(engine) as session:
        return sorted(make_number_of(response.codes) for response in session.exec(select(Response)))


def test_restored_data_equal_the_backed_up_data(
    both_engine: Engine, both_settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    make_published_wave(both_engine, both_settings)
    manifest = make_backup(both_engine, both_settings, tmp_path / "a.backup", ACT)
    other = make_database(elsewhere)
    assert restore(other, elsewhere, tmp_path / "a.backup", ACT) == manifest
    assert everything(other) == everything(both_engine)
    # Numbers go on after those that were restored.
    lifecycle.create_wave(other, replace(make_plan(), slug="next-2027"), ACT)
    other.dispose()


def make_plan() -> lifecycle.WavePlan:
    from tests.services.making import PLAN

    return PLAN


@pytest.mark.postgres
def test_a_backup_of_sqlite_can_be_restored_into_postgresql(
    engine: Engine, settings: Settings, postgres_url: str, tmp_path: Path
) -> None:
    make_published_wave(engine, settings)
    make_backup(engine, settings, tmp_path / "a.backup", ACT)
    there = replace(settings, database_url=postgres_url)
    other = make_database(there)
    restore(other, there, tmp_path / "a.backup", ACT)
    assert everything(other) == everything(engine)
    lifecycle.create_wave(other, replace(make_plan(), slug="next-2027"), ACT)
    other.dispose()


def test_backup_holds_no_sealed_answer_and_no_key(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    slug = make_open_wave(engine, settings).slug
    send(settings, slug, [make_form(n) for n in range(30)])
    make_backup(engine, settings, tmp_path / "a.backup", ACT)
    with zipfile.ZipFile(tmp_path / "a.backup") as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "envelope.jsonl" not in archive.namelist()
    with Session(engine) as session:
        for envelope in session.exec(select(Envelope)):
            assert json.dumps(to_line(Envelope.__table__, envelope.model_dump()).decode())[-60:-10] not in str(content)  # type: ignore[attr-defined]
    for key in settings.key_dir.glob("holders/*/*.key"):
        assert key.read_bytes() not in content
    assert settings.secret not in content


def spent_in(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        return sum(json.loads(line)["spent"] for line in archive.read("code.jsonl").splitlines())


def test_two_backups_never_differ_by_a_few_codes(both_engine: Engine, both_settings: Settings, tmp_path: Path) -> None:
    slug = make_open_wave(both_engine, both_settings, agencies=ONE_AGENCY).slug
    north = create_codes(both_engine, both_settings, slug, 60, "address sample", "north")
    path, found = tmp_path / "a.backup", []

    def back_up() -> None:
        make_backup(both_engine, both_settings, path, ACT)
        found.append(spent_in(path))

    for start, end in ((0, 1), (1, 20), (20, 40)):
        send(both_settings, slug, [make_form(n, north[n].typed) for n in range(start, end)])
        back_up()
    open_boxes(both_engine, both_settings, slug, ACT)
    back_up()
    send(both_settings, slug, [make_form(40, north[40].typed)])
    back_up()
    lifecycle.close_wave(both_engine, slug, ACT)
    back_up()  # a closed wave may reveal any number of codes
    assert found == [0, 0, 0, 40, 40, 41]


def test_no_backup_holds_the_hash_of_a_sent_page(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    slug = make_open_wave(engine, settings).slug
    send(settings, slug, [make_form(1)])
    assert "spent_number" not in make_backup(engine, settings, tmp_path / "a.backup", ACT).parts


def test_backup_without_answers_holds_nothing_of_residents(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    slug = make_open_wave(engine, settings).slug
    send(settings, slug, [make_form(n) for n in range(3)])
    manifest = make_backup(engine, settings, tmp_path / "a.backup", ACT, with_answers=False)
    assert not {"envelope", "spent_number", "response", "code", "box"} & set(manifest.parts)


def test_a_changed_byte_is_found_or_changes_nothing(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    make_published_wave(engine, settings)
    path = tmp_path / "a.backup"
    manifest = make_backup(engine, settings, path, ACT)
    content = path.read_bytes()
    found = 0
    for place in range(0, len(content), max(1, len(content) // 150)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x41]) + content[place + 1 :])
        try:
            assert verify(path, settings.secret) == manifest
        except BackupDamaged:
            found += 1
    assert found > 100


def test_log_line_changed_before_the_backup_is_found(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    from sqlalchemy import text

    make_published_wave(engine, settings)
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit_event SET actor = 'nobody' WHERE id = 2"))
    make_backup(engine, settings, tmp_path / "a.backup", ACT)
    with pytest.raises(BackupDamaged, match="a complete audit log"):
        verify(tmp_path / "a.backup", settings.secret)


DAY = date(2026, 11, 23)
PLANTS = ["as it was", "none", "of another SECRET", "with format 1"]


@pytest.mark.parametrize("seal", PLANTS)
def test_planted_member_of_staff_is_refused(
    engine: Engine, settings: Settings, elsewhere: Settings, tmp_path: Path, seal: str
) -> None:
    """Someone unpacks a backup, adds an operator, computes each hash anew and packs it again."""
    make_open_wave(engine, settings)
    path = tmp_path / "a.backup"
    make_backup(engine, settings, path, ACT)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    member = StaffMember(
        name="mallory", role="operator", agencies=[], sealed_totp=b"", recovery_sha256=[], added_on=DAY
    )
    table = next(each for each in all_tables() if each.name == "staff_member")
    parts["staff_member.jsonl"] = to_line(table, member.model_dump() | {"id": 1})
    manifest = json.loads(parts["manifest.json"])
    manifest["parts"]["staff_member"] = {"rows": 1, "sha256": sha256(parts["staff_member.jsonl"]).hexdigest()}
    forged = Manifest(**manifest | {"parts": {name: TableDump(**each) for name, each in manifest["parts"].items()}})
    forged = {
        "as it was": forged,
        "none": replace(forged, seal=""),
        "of another SECRET": forged.sealed(b"x" * 32),
        "with format 1": replace(forged, seal="", format=1),
    }[seal]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (parts | {"manifest.json": forged.to_bytes()}).items():
            archive.writestr(name, content)
    other = make_database(elsewhere)
    for read in (lambda: verify(path, settings.secret), lambda: restore(other, elsewhere, path, ACT)):
        with pytest.raises(BackupDamaged, match=r"the seal of the service that made it|format 2"):
            read()
    other.dispose()


def test_restore_overwrites_nothing_and_needs_the_secret(
    engine: Engine, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    make_published_wave(engine, settings)
    path = tmp_path / "a.backup"
    make_backup(engine, settings, path, ACT)
    with pytest.raises(BackupDamaged, match="an empty database"):
        restore(engine, settings, path, ACT)
    other = make_database(elsewhere)
    with pytest.raises(BackupDamaged, match="SECRET"):
        restore(other, replace(elsewhere, secret=b"x" * 32), path, ACT)
    other.dispose()
    path.write_bytes(b"not a backup")
    with pytest.raises(BackupDamaged, match="that `commontrust backup` made"):
        verify(path, settings.secret)


def test_lost_database_is_restored_with_every_thanked_answer(
    both_engine: Engine, mirrored: Settings, elsewhere: Settings
) -> None:
    """Opened answers from the last backup, sealed ones from the mirror; who sends again is known."""
    slug = make_open_wave(both_engine, mirrored, agencies=ONE_AGENCY).slug
    codes = create_codes(both_engine, mirrored, slug, 40, "address sample", "north")
    first = [make_form(n) for n in range(50)] + [make_form(100 + n, codes[n].typed) for n in range(5)]
    assert set(send(mirrored, slug, first)) == {submission.COUNTED}
    assert open_boxes(both_engine, mirrored, slug, ACT).carried == 25  # twenty stay, five are too few of their kind
    second = [make_form(60 + n) for n in range(7)] + [make_form(200 + n, codes[10 + n].typed) for n in range(3)]
    assert set(send(mirrored, slug, second)) == {submission.COUNTED}

    assert mirrored.mirror_dir is not None
    there = replace(elsewhere, mirror_dir=None)
    other = make_database(there)
    restore(other, there, mirrored.mirror_dir / LATEST, ACT)
    assert restore_envelopes(other, there, mirrored.mirror_dir) == 35
    assert restore_envelopes(other, there, mirrored.mirror_dir) == 0
    assert renew_boxes(other, there) == []
    assert set(send(there, slug, [*first[50:], *second])) <= {submission.COUNTED_BEFORE, submission.CODE_SPENT}
    assert send(there, slug, [make_form(80)]) == [submission.COUNTED]
    lifecycle.close_wave(other, slug, ACT)
    open_boxes(other, there, slug, ACT)
    thanked = [*range(50), *range(100, 105), *range(60, 67), *range(200, 203), 80]
    assert numbers(other) == sorted(thanked)
    other.dispose()


def test_mirror_of_a_box_is_deleted_when_the_box_is_opened(both_engine: Engine, mirrored: Settings) -> None:
    slug = make_open_wave(both_engine, mirrored, agencies=ONE_AGENCY).slug
    send(mirrored, slug, [make_form(n) for n in range(25)])
    lifecycle.close_wave(both_engine, slug, ACT)
    assert mirrored.mirror_dir is not None
    assert len(list(read_mirror(mirrored.mirror_dir))) == 25
    before = {path: path.read_bytes() for path in mirrored.mirror_dir.glob("*/*")}
    open_boxes(both_engine, mirrored, slug, ACT)
    assert [path.name for path in mirrored.mirror_dir.iterdir()] == [LATEST]
    assert not any(path.exists() for path in before)
    assert verify(mirrored.mirror_dir / LATEST, mirrored.secret).parts["response"].rows == 25


def test_answer_is_refused_when_the_mirror_is_unwritable(both_engine: Engine, mirrored: Settings) -> None:
    slug = make_open_wave(both_engine, mirrored, agencies=ONE_AGENCY).slug
    assert mirrored.mirror_dir is not None
    shutil.rmtree(mirrored.mirror_dir)
    mirrored.mirror_dir.write_text("a file where a folder should be")
    with pytest.raises(AnswerNotStored):
        send(mirrored, slug, [make_form(1)])
    with Session(both_engine) as session:
        assert session.exec(select(Envelope)).all() == []
        assert session.exec(select(SpentNumber)).all() == []
    mirrored.mirror_dir.unlink()
    assert send(mirrored, slug, [make_form(1)]) == [submission.COUNTED]


def test_mirror_line_cut_by_a_crash_is_skipped(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    mirrored = replace(settings, mirror_dir=tmp_path / "mirror")
    slug = make_open_wave(engine, mirrored).slug
    send(mirrored, slug, [make_form(n) for n in range(2)])
    (path,) = (tmp_path / "mirror").glob("*/*")
    path.write_bytes(path.read_bytes()[:-10])
    assert len(list(read_mirror(tmp_path / "mirror"))) == 1


def test_a_wave_whose_key_is_lost_goes_on_with_a_new_box(
    engine: Engine, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    slug = make_open_wave(engine, settings).slug
    make_backup(engine, settings, tmp_path / "a.backup", ACT)
    keys = tmp_path / "new keys"
    shutil.copytree(settings.key_dir, keys)
    with Session(engine) as session:
        lost = set(session.exec(select(HolderKey.id).where(col(HolderKey.box_id).is_not(None))))
    for key in keys.glob("holders/*/*.key"):
        if key.stem in lost:
            key.unlink()
    there = replace(elsewhere, key_dir=keys)
    other = make_database(there)
    restore(other, there, tmp_path / "a.backup", ACT)
    assert renew_boxes(other, there) == [slug]
    assert send(there, slug, [make_form(n) for n in range(20)]) == [submission.COUNTED] * 20
    lifecycle.close_wave(other, slug, ACT)
    assert open_boxes(other, there, slug, ACT).released == 20
    with Session(other) as session:
        assert sorted(box.status for box in session.exec(select(Box))) == ["shut", "shut"]
    other.dispose()


def test_there_is_no_wave_of_another_name(engine: Engine, settings: Settings) -> None:
    with pytest.raises(NotFound):
        open_boxes(engine, settings, "nowhere", ACT)
