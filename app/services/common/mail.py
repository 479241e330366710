"""Send plain mail to the staff through a city's own server, where one is set up: links, jobs, the head of the log.

Nothing waits for mail and nothing depends on it: a letter that cannot be sent is a line in the log. No address is
stored, and no letter names a resident or an answer.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from app.settings import MailSettings, Settings

SECONDS = 10  # for each answer of the server
LONGEST = 5_000  # characters of a letter
NOT_SENT = (OSError, smtplib.SMTPException, ValueError, UnicodeError)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StaffMail:
    """Hold a letter to members of staff."""

    to: tuple[str, ...]
    subject: str
    text: str


def send(settings: Settings, letter: StaffMail) -> bool:
    """Send a letter. Returns False where mail is off, no one is named, or the server does not take it."""
    mail = settings.mail
    if mail is None or not letter.to:
        return False
    try:
        with _connect(mail) as server:
            if mail.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if mail.user:
                server.login(mail.user, mail.password)
            refused = server.send_message(to_message(mail, letter))
    except NOT_SENT as error:
        log.warning("a letter was not sent: %s", type(error).__name__)
        return False
    return not refused


def _connect(mail: MailSettings) -> smtplib.SMTP:
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(mail.host, mail.port, timeout=SECONDS)


def to_message(mail: MailSettings, letter: StaffMail) -> EmailMessage:
    """Return the message as plain text. Raises `ValueError` for a line break in an address or the subject."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = mail.sender, ", ".join(letter.to), letter.subject
    message["Auto-Submitted"] = "auto-generated"  # so that no one's absence note answers
    message.set_content(letter.text[:LONGEST], charset="utf-8")
    return message


def tell_operators(settings: Settings, subject: str, lines: Sequence[str]) -> bool:
    """Write to the operators of the settings."""
    to = settings.mail.operators if settings.mail else ()
    return send(settings, StaffMail(to, f"Commontrust: {subject}", "\n".join(lines) + "\n"))
