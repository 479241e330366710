"""The first operator is made at the machine itself."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run


def test_the_first_operator_gets_a_link_that_works_once(run: Run) -> None:
    run("migrate")
    assert (
        run("staff", "list")[1]
        == "There are no members of staff: create the first operator with `commontrust staff add NAME`.\n"
    )
    status, added, warned = run("staff", "add", "olga")
    assert status == 0
    assert "/staff/welcome/" in added
    assert "cannot be shown again" in warned
    assert run("staff", "list")[1] == "olga  operator  invited\n"
    assert run("staff", "link", "olga")[1] != added
    assert run("staff", "remove", "olga")[0] == 0
    assert run("staff", "list")[1] == "olga  operator  removed\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "Olga Perez"), "lower case letters"),
        (("add", "bob", "--role", "king"), "Choose one of: operator"),
        (("add", "bob", "--role", "agency"), "at least one agency"),
        (("add", "zoe", "--role", "organization"), "Name an organization"),
        (("add", "zoe", "--role", "organization", "--organization", "riverside/neighbors"), "Enter the organization"),
        (("remove", "nobody"), "there is no member of staff 'nobody'"),
    ],
)
def test_bad_input_is_one_sentence(run: Run, arguments: tuple[str, ...], said: str) -> None:
    run("migrate")
    status, _, stated = run("staff", *arguments)
    assert status == 2
    assert said in stated


def test_link_that_no_server_takes_is_printed_all_the_same(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": "1", "MAIL_FROM": "survey@city.example"}.items():
        monkeypatch.setenv(f"COMMONTRUST_{name}", value)
    run("migrate")
    status, link, said = run("staff", "add", "olga", "--mail", "olga@city.example")
    assert status == 0
    assert "/staff/welcome/" in link
    assert "not sent: give it to the person yourself" in said


def test_mail_without_a_sender_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONTRUST_SMTP_HOST", "mail.city.example")
    status, _, said = run("migrate")
    assert status == 2
    assert "COMMONTRUST_MAIL_FROM" in said
