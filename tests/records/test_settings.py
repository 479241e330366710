"""Settings come from the environment and show no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import BadSetting
from app.settings import load_settings


def test_without_settings_everything_lies_under_data_and_the_keys_beside_it(tmp_path: Path) -> None:
    settings = load_settings({"COMMONTRUST_DATA_DIR": str(tmp_path / "data")})
    assert settings.database_url == f"sqlite:///{tmp_path}/data/commontrust.sqlite3"
    assert settings.key_dir == tmp_path / "keys"
    assert settings.base_url == "http://127.0.0.1:8000"


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    environ = {"COMMONTRUST_DATA_DIR": str(tmp_path / "data")}
    first, second = load_settings(environ).secret, load_settings(environ).secret
    assert first == second
    assert len(first) == 64
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["secret"]
    assert (tmp_path / "keys" / "secret").stat().st_mode & 0o777 == 0o600


def test_a_secret_from_the_environment_leaves_no_file(tmp_path: Path) -> None:
    environ = {"COMMONTRUST_DATA_DIR": str(tmp_path / "data"), "COMMONTRUST_SECRET": "s" * 32}
    assert load_settings(environ).secret == b"s" * 32
    assert list((tmp_path / "keys").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET", "short", "Expected at least 32 characters in the setting COMMONTRUST_SECRET, got '5'"),
        ("BASE_URL", "survey.example.org", "Expected an address such as https://survey.example.org"),
        ("BASE_URL", "https://survey.example.org/?a=b", "Expected an address such as"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_one_sentence(tmp_path: Path, name: str, value: str, said: str) -> None:
    with pytest.raises(BadSetting, match=said):
        load_settings({"COMMONTRUST_DATA_DIR": str(tmp_path / "data"), f"COMMONTRUST_{name}": value})


def test_printed_settings_hold_nothing_secret(tmp_path: Path) -> None:
    environ = {
        "COMMONTRUST_DATA_DIR": str(tmp_path),
        "COMMONTRUST_SECRET": "topsecret" * 4,
        "COMMONTRUST_DATABASE_URL": "postgresql://ct:hunter2@db/ct",
    }
    printed = repr(load_settings(environ))
    assert "topsecret" not in printed
    assert "hunter2" not in printed
