"""An opening on two machines: a file each way, and neither machine ever has both keys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.errors import BoxTooThin, HolderRefused, SecondHolderElsewhere
from app.records.ballots import Response
from app.services.holders.identity import SECOND
from app.services.holders.key_files import Passphrase, make_folder
from app.services.holders.register import add_holder, publish_keys, read_public
from app.services.waves import lifecycle
from app.services.waves.cosigning import CosignedFile, cosign
from app.services.waves.opening_apart import export_sealed, import_cosigned
from app.settings import Settings
from tests.services.making import (
    ACT,
    CHEAP,
    ONE_AGENCY,
    PASSPHRASE,
    PLAN,
    make_form,
    make_number_of,
    open_boxes,
    send,
)

UNLOCKED = Passphrase(PASSPHRASE)


@pytest.fixture
def away(engine: Engine, settings: Settings, tmp_path: Path) -> Path:
    """The folder of a second holder on another machine, registered by its public file."""
    folder = tmp_path / "away"
    holder = make_folder(folder, "Far friends", SECOND, PASSPHRASE, CHEAP)
    (tmp_path / "public.json").write_bytes(publish_keys(holder, 3).to_bytes())
    add_holder(engine, settings, read_public(tmp_path / "public.json"), ACT)
    return folder


@pytest.fixture
def wave(engine: Engine, settings: Settings, away: Path) -> str:
    lifecycle.create_wave(engine, replace(PLAN, agencies=ONE_AGENCY), ACT)
    slug = PLAN.slug
    lifecycle.open_wave(engine, settings, slug, ACT, "Far friends")
    send(settings, slug, [make_form(number) for number in range(40)], together=True)
    return slug


def test_two_machines_open_a_box_with_a_file_each_way(
    engine: Engine, settings: Settings, away: Path, wave: str, tmp_path: Path
) -> None:
    sealed, cosigned = tmp_path / "sealed.json", tmp_path / "cosigned.json"
    lifecycle.close_wave(engine, wave, ACT)
    with pytest.raises(SecondHolderElsewhere):
        open_boxes(engine, settings, wave, ACT)
    assert export_sealed(engine, settings, wave, ACT, sealed) == 40
    assert cosign(away, sealed, cosigned, UNLOCKED) == 40
    assert len(list(away.glob("holders/*/*.key"))) == 2  # the key of this box is destroyed
    opening = import_cosigned(engine, settings, wave, ACT, cosigned)
    assert (opening.released, opening.unreadable) == (40, 0)
    with Session(engine) as session:
        numbers = sorted(make_number_of(each.codes) for each in session.exec(select(Response)))
    assert numbers == list(range(40))


def test_early_opening_apart_leaves_twenty_for_the_next(
    engine: Engine, settings: Settings, away: Path, wave: str, tmp_path: Path
) -> None:
    export_sealed(engine, settings, wave, ACT, tmp_path / "sealed.json")
    cosign(away, tmp_path / "sealed.json", tmp_path / "cosigned.json", UNLOCKED)
    opening = import_cosigned(engine, settings, wave, ACT, tmp_path / "cosigned.json")
    assert (opening.released, opening.carried) == (20, 20)
    with pytest.raises(BoxTooThin):
        export_sealed(engine, settings, wave, ACT, tmp_path / "again.json")


def test_answers_that_another_holder_signed_are_refused(
    engine: Engine, settings: Settings, away: Path, wave: str, tmp_path: Path
) -> None:
    export_sealed(engine, settings, wave, ACT, tmp_path / "sealed.json")
    cosign(away, tmp_path / "sealed.json", tmp_path / "cosigned.json", UNLOCKED)
    file = CosignedFile.of(tmp_path / "cosigned.json")
    other = make_folder(tmp_path / "other", "Other", SECOND, PASSPHRASE, CHEAP)
    forged = replace(file, signature=other.sign(b"commontrust cosigned\0" + wave.encode() + b"\0" + file.sealed))
    (tmp_path / "forged.json").write_bytes(forged.to_bytes())
    with pytest.raises(HolderRefused, match="that the second holder signed"):
        import_cosigned(engine, settings, wave, ACT, tmp_path / "forged.json")


def test_neither_file_shows_an_answer(
    engine: Engine, settings: Settings, away: Path, wave: str, tmp_path: Path
) -> None:
    export_sealed(engine, settings, wave, ACT, tmp_path / "sealed.json")
    cosign(away, tmp_path / "sealed.json", tmp_path / "cosigned.json", UNLOCKED)
    for name in ("sealed.json", "cosigned.json"):
        content = (tmp_path / name).read_text()
        assert '"A1"' not in content
        assert "police" not in content


@pytest.mark.parametrize("content", ["", "{}", '{"format": 1, "kind": "else"}', "[]", "\x00"])
def test_other_files_are_refused_in_a_sentence(
    engine: Engine, settings: Settings, away: Path, wave: str, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "any.json"
    path.write_text(content)
    with pytest.raises(HolderRefused, match="Expected a file of"):
        import_cosigned(engine, settings, wave, ACT, path)
    with pytest.raises(HolderRefused, match="Expected a file of"):
        cosign(away, path, tmp_path / "out.json", UNLOCKED)
