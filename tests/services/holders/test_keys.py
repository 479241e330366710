"""Private keys lie wrapped, are handed out once, and are destroyed after each box whatever else fails."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from app.errors import HoldersMissing, PassphraseNeeded, PassphraseRefused
from app.records.ballots import Response
from app.records.holders import HolderKey
from app.services.holders.identity import OPERATOR, SECOND
from app.services.holders.key_files import Passphrase, folders_in, make_folder
from app.services.holders.register import add_holder, list_statuses, publish_keys
from app.services.waves import box_opening, lifecycle
from app.settings import Settings
from tests.services.making import ACT, CHEAP, PASSPHRASE, make_form, make_open_wave, open_boxes, send


def second_of(folder: Path) -> Path:
    return next(each.path for each in folders_in(folder) if each.role == SECOND)


def used_keys(engine: Engine, settings: Settings) -> list[str]:
    with Session(engine) as session:
        used = set(session.exec(select(HolderKey.id).where(col(HolderKey.box_id).is_not(None))))
    return [path.stem for path in settings.key_dir.glob("holders/*/*.key") if path.stem in used]


def test_wrapped_keys_need_their_passphrase_or_two_shares(tmp_path: Path) -> None:
    holder = make_folder(tmp_path, "Library", SECOND, PASSPHRASE, CHEAP)
    (key,) = publish_keys(holder, 1).keys
    private = holder.load_key(key.id)
    (folder,) = folders_in(tmp_path)
    assert folder.unlock(Passphrase(PASSPHRASE)).load_key(key.id) == private
    assert folder.unlock(Passphrase(shares=tuple(holder.split()[1:]))).load_key(key.id) == private
    with pytest.raises(PassphraseNeeded):
        folder.unlock()
    with pytest.raises(PassphraseRefused):
        folder.unlock(Passphrase("another passphrase"))
    content = b"".join(path.read_bytes() for path in folder.path.iterdir())
    assert private not in content
    assert PASSPHRASE.encode() not in content
    assert PASSPHRASE not in repr(Passphrase(PASSPHRASE)) + repr(holder)


def test_short_passphrase_is_refused_without_repeating_it(tmp_path: Path) -> None:
    with pytest.raises(PassphraseRefused, match="at least 12 characters, got 5"):
        make_folder(tmp_path, "Library", SECOND, "short", CHEAP)


def test_two_wrapped_files_cannot_change_places(tmp_path: Path) -> None:
    holder = make_folder(tmp_path, "Library", SECOND, PASSPHRASE, CHEAP)
    one, two = publish_keys(holder, 2).keys
    os.replace(holder.folder.path / f"{one.id}.key", holder.folder.path / f"{two.id}.key")
    with pytest.raises(PassphraseRefused):
        holder.load_key(two.id)


def test_each_key_is_used_once_and_an_empty_stock_says_so(engine: Engine, settings: Settings) -> None:
    for number in range(6):
        make_open_wave(engine, settings, slug=f"wave-{number}")
    with pytest.raises(HoldersMissing, match="no unused key of 'City'"):
        make_open_wave(engine, settings, slug="wave-7")
    with Session(engine) as session:
        assert None not in set(session.exec(select(HolderKey.box_id)))
    assert {each.unused for each in list_statuses(engine, settings)} == {0}


def test_key_of_another_holder_is_not_registered(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    from app.errors import HolderRefused

    one = publish_keys(make_folder(tmp_path, "One", SECOND, PASSPHRASE, CHEAP), 1)
    two = publish_keys(make_folder(tmp_path, "Two", SECOND, PASSPHRASE, CHEAP), 1)
    for forged in (replace(one, keys=two.keys), replace(one, role=OPERATOR)):
        with pytest.raises(HolderRefused):
            add_holder(engine, settings, forged, ACT)


FAILURES: dict[str, str] = {
    "the backup": "write_backup",
    "the mirror": "erase_box",
    "the journal": "erase_order",
}


def fail(*_: object, **__: object) -> None:
    raise OSError(5, "Input/output error")


@pytest.mark.parametrize("failure", FAILURES)
def test_keys_are_destroyed_when_another_step_fails(
    engine: Engine, settings: Settings, tmp_path: Path, failure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(settings, mirror_dir=tmp_path / "mirror")
    settings.mirror_dir.mkdir()  # type: ignore[union-attr]
    slug = make_open_wave(engine, settings).slug
    send(settings, slug, [make_form(1)])
    lifecycle.close_wave(engine, slug, ACT)
    with monkeypatch.context() as patch:
        patch.setattr(box_opening, FAILURES[failure], fail)
        with pytest.raises(OSError, match="Input/output error"):
            open_boxes(engine, settings, slug, ACT)
    assert used_keys(engine, settings) == []
    open_boxes(engine, settings, slug, ACT)  # the next call finishes what was left
    with Session(engine) as session:
        assert len(session.exec(select(Response)).all()) == 1


CALLS = ("fsync", "unlink", "rmdir", "replace")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("place", range(3))
def test_failing_system_call_leaves_at_most_its_own_key(
    engine: Engine, settings: Settings, tmp_path: Path, call: str, place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One call of the disk fails once, anywhere after the answers are stored; the next call of `box open` ends it."""
    settings = replace(settings, mirror_dir=tmp_path / "mirror")
    settings.mirror_dir.mkdir()  # type: ignore[union-attr]
    slug = make_open_wave(engine, settings).slug
    send(settings, slug, [make_form(1)])
    lifecycle.close_wave(engine, slug, ACT)
    with monkeypatch.context() as patch:
        patch.setattr(box_opening, "finish_opened", lambda *_: None)
        open_boxes(engine, settings, slug, ACT)
    real: Callable[..., object] = getattr(os, call)
    calls: list[int] = []

    def fail_once(*arguments: object, **named: object) -> object:
        calls.append(1)
        if len(calls) == place + 1:
            raise OSError(5, "Input/output error")
        return real(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail_once)
        try:
            box_opening.finish_opened(engine, settings, slug)
        except OSError:
            assert len(used_keys(engine, settings)) <= 1
    box_opening.finish_opened(engine, settings, slug)
    assert used_keys(engine, settings) == []
