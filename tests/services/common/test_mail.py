"""Mail to the staff goes through a real server on this machine, and its failure breaks nothing."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from email import message_from_bytes

import pytest
from sqlalchemy import Engine

from app.services.common.audit_anchor import send_anchor, send_daily
from app.services.common.audit_log import prove
from app.services.common.mail import StaffMail, send, tell_operators
from app.settings import MailSettings, Settings
from tests.services.making import ACT, make_open_wave

TODAY = date(2026, 7, 1)


class Session(socketserver.StreamRequestHandler):
    """Speak as much SMTP as a sender needs (RFC 5321)."""

    def handle(self) -> None:
        assert isinstance(self.server, Server)
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            match line.split()[0].upper():
                case "EHLO" | "HELO":
                    self.say("250 here")
                case "DATA":
                    self.say("354 go on")
                    self.server.letters.append(self.take())
                    self.say("250 taken")
                case "QUIT":
                    self.say("221 bye")
                    return
                case "RCPT" if self.server.refuses:
                    self.say("550 nobody of that name")
                case _:
                    self.say("250 well")

    def take(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        return b"".join(lines)

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    refuses = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.letters: list[bytes] = []


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def with_mail(settings: Settings, port: int) -> Settings:
    to = {"operators": ("olga@city.example", "ops@city.example"), "anchors": ("keys@ombudsman.example",)}
    return replace(settings, mail=MailSettings("127.0.0.1", port, "none", "survey@city.example", **to))


def test_operators_get_plain_text(settings: Settings, server: Server) -> None:
    assert tell_operators(with_mail(settings, server.server_address[1]), "job done", ["Version 1 is published: ñ."])
    found = message_from_bytes(server.letters[0])
    assert found["to"] == "olga@city.example, ops@city.example"
    assert found["subject"] == "Commontrust: job done"
    assert found.get_content_type() == "text/plain"
    assert found.get_payload(decode=True).decode().strip() == "Version 1 is published: ñ."


def test_mail_is_off_without_a_server(settings: Settings) -> None:
    assert settings.mail is None
    assert not tell_operators(settings, "job done", ["x"])


@pytest.mark.parametrize("fault", ["no server", "refused", "line break in an address", "line break in the subject"])
def test_letter_that_cannot_be_sent_breaks_nothing(
    settings: Settings, server: Server, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    server.refuses = fault == "refused"
    port = 1 if fault == "no server" else server.server_address[1]
    to = "x@city.example\r\nBcc: y@elsewhere.example" if "address" in fault else "secret.person@city.example"
    subject = "a\nBcc: y@elsewhere.example" if "subject" in fault else "a"
    assert not send(with_mail(settings, port), StaffMail((to,), subject, "the secret link"))
    assert server.letters == []
    assert "a letter was not sent" in caplog.text
    assert "secret" not in caplog.text


def test_fingerprint_of_the_log_is_sent_once_a_day(engine: Engine, settings: Settings, server: Server) -> None:
    make_open_wave(engine, settings)
    mailed = with_mail(settings, server.server_address[1])
    fingerprint = prove(engine, "", ACT).fingerprint
    assert send_anchor(engine, mailed, TODAY)
    assert prove(engine, _noted(server.letters[0]), ACT).holds
    assert fingerprint
    for day in (TODAY, TODAY, date(2026, 7, 2)):
        send_daily(engine, mailed, day)
    assert len(server.letters) == 3
    assert message_from_bytes(server.letters[0])["to"] == "keys@ombudsman.example"


def _noted(letter: bytes) -> str:
    return letter.decode().partition("fingerprint: ")[2].split()[0]
