"""Settings come from the environment and show no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import BadSetting
from app.settings import PREFIX, Environment, load_settings, make_secret


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in Environment.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name}".upper(), raising=False)
    monkeypatch.setenv("COMMONTRUST_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def test_defaults_lie_under_data_with_keys_beside(data: Path) -> None:
    settings = load_settings()
    assert settings.database_url == f"sqlite:///{data}/commontrust.sqlite3"
    assert settings.key_dir == data.parent / "keys"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.processes == 1
    assert (settings.mirror_dir, settings.font_dir, settings.reading_url, settings.store_url) == (None,) * 4


def test_empty_variables_count_as_absent(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Environment.model_fields:
        monkeypatch.setenv(f"{PREFIX}{name}".upper(), "")
    monkeypatch.setenv("COMMONTRUST_DATA_DIR", str(data))
    settings = load_settings()
    assert settings.database_url.startswith("sqlite:")
    assert (settings.base_url, settings.processes, settings.mirror_dir) == ("http://127.0.0.1:8000", 1, None)


def test_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    assert load_settings().secret == b"", "only a new database gets a secret"
    first, second = make_secret(tmp_path / "keys"), make_secret(tmp_path / "keys")
    assert first == second == load_settings().secret
    assert len(first) == 64
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["secret"]
    assert (tmp_path / "keys" / "secret").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0


def test_truncated_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "secret").write_text("abc")
    with pytest.raises(BadSetting, match=r"Expected at least 32 characters in the setting .*/keys/secret, got '3'"):
        load_settings()


def test_secret_from_the_environment_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONTRUST_SECRET", "s" * 32)
    assert load_settings().secret == b"s" * 32
    assert list((tmp_path / "keys").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET", "short", "Expected at least 32 characters in the setting COMMONTRUST_SECRET, got '5'"),
        ("BASE_URL", "survey.example.org", "Expected an address such as https://survey.example.org"),
        ("BASE_URL", "https://survey.example.org/?a=b", "Expected an address such as"),
        ("OIDC_ISSUER", "http://login.example.org", "Expected an address such as https://login"),
        ("OIDC_ISSUER", "https://login.example.org", "COMMONTRUST_OIDC_CLIENT_ID"),
        ("PROCESSES", "0", "Expected a number from 1 to 10000 in the setting COMMONTRUST_PROCESSES, got '0'."),
        ("PROCESSES", "many", "Expected a number from 1 to 10000 in the setting COMMONTRUST_PROCESSES, got 'many'."),
    ],
)
def test_bad_setting_is_refused_in_one_sentence(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(BadSetting, match=said):
        load_settings()


def test_printed_settings_hold_nothing_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONTRUST_SECRET", "topsecret" * 4)
    monkeypatch.setenv("COMMONTRUST_DATABASE_URL", "postgresql://ct:hunter2@db/ct")
    printed = repr(load_settings())
    assert "topsecret" not in printed
    assert "hunter2" not in printed


@pytest.mark.parametrize(("name", "warns"), [("MIRROR_DIR", False), ("SPARE_DIR", True)])
def test_mirror_folder_has_an_old_name_that_warns(
    name: str, warns: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(PREFIX + name, str(tmp_path / "mirror"))
    assert load_settings().mirror_dir == tmp_path / "mirror"
    assert (tmp_path / "mirror").stat().st_mode & 0o077 == 0
    said = "The setting COMMONTRUST_SPARE_DIR is now called COMMONTRUST_MIRROR_DIR; the old name still works."
    assert (caplog.messages == [said]) is warns


PROVIDER = {"OIDC_ISSUER": "https://login.example.org/realms/city", "OIDC_CLIENT_ID": "commontrust"}


def test_single_sign_on_is_off_without_an_issuer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().oidc is None
    monkeypatch.setenv("COMMONTRUST_OIDC_CLIENT_ID", "commontrust")
    assert load_settings().oidc is None


def test_secret_of_the_single_sign_on_may_be_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "client").write_text("hunter2hunter2\n")
    table = '{"police": "agency river-city/police", "trust": "operator"}'
    given = PROVIDER | {"OIDC_CLIENT_SECRET_FILE": f"{tmp_path / 'client'}", "OIDC_GROUPS": table}
    for name, value in given.items():
        monkeypatch.setenv(PREFIX + name, value)
    oidc = load_settings().oidc
    assert oidc is not None
    assert oidc.client_secret == "hunter2hunter2"
    assert "hunter2" not in repr(load_settings())
    assert [(each.group, each.role, each.places) for each in oidc.groups] == [
        ("police", "agency", ("river-city/police",)),
        ("trust", "operator", ()),
    ]


@pytest.mark.parametrize("name", ["OIDC_GROUPS", "OIDC_CLIENT_SECRET_FILE"])
@pytest.mark.parametrize("value", ["[1]", "{", '{"a": "king"}', '{"a": "agency"}', '{"a": "operator x/y"}', '{"a": 1}'])
def test_bad_single_sign_on_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, text in {**PROVIDER, name: value}.items():
        monkeypatch.setenv(PREFIX + key, text)
    with pytest.raises(BadSetting, match=f"COMMONTRUST_{name}"):
        load_settings()
