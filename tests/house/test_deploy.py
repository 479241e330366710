"""The examples for operators keep what the documents promise: no root, no log of residents, no file to write."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from typer.main import get_command

from app.cli import app as commands
from app.settings import OLD_NAMES, PREFIX, Environment

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = YAML(typ="safe").load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))
UNIT = (ROOT / "deploy" / "commontrust.service").read_text("utf-8")
NGINX = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
DOCS = "\n".join(
    (ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in ("one-machine", "many-machines", "operations")
)


def test_containers_run_without_root_on_a_read_only_root() -> None:
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.M) == ["10001"]
    assert "HEALTHCHECK" in DOCKERFILE
    for name in ("web", "work"):
        service = COMPOSE["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]


def test_the_database_of_the_example_keeps_no_order_of_answers() -> None:
    command = COMPOSE["services"]["database"]["command"]
    for setting in ("track_commit_timestamp=off", "archive_mode=off", "log_statement=none"):
        assert setting in command
    assert "${POSTGRES_PASSWORD}" in str(COMPOSE["services"]["database"]["environment"])


def test_proxy_logs_nothing_and_drops_forwarded_addresses() -> None:
    assert re.findall(r"^\s*access_log (.+);", NGINX, re.M) == ["off"]
    assert "ssl_session_tickets off;" in NGINX
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX
    assert "$proxy_add_x_forwarded_for" not in NGINX


def test_systemd_unit_is_confined_and_never_swaps_to_disk() -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(UNIT)
    service = unit["Service"]
    assert service["DynamicUser"] == service["NoNewPrivileges"] == service["PrivateTmp"] == "yes"
    assert (service["ProtectSystem"], service["MemorySwapMax"], service["LimitCORE"]) == ("strict", "0", "0")


def test_every_command_in_the_documents_exists() -> None:
    groups = get_command(commands).commands  # type: ignore[attr-defined]
    said = set(re.findall(r"(?<![\w/-])commontrust ([a-z]+)(?: ([a-z]+)\b)?(?!-)", DOCS + str(COMPOSE["services"])))
    assert len(said) >= 8
    for group, command in said:
        assert group in groups, group
        assert not hasattr(groups[group], "commands") or command in groups[group].commands, (group, command)


def test_settings_in_documents_and_code_are_the_same() -> None:
    known = {name.upper() for name in Environment.model_fields}
    said = set(re.findall(rf"{PREFIX}([A-Z_]+)", DOCS + (ROOT / "README.md").read_text("utf-8")))
    assert said <= known | {old.removeprefix(PREFIX) for old in OLD_NAMES}
    assert known - said == set()
