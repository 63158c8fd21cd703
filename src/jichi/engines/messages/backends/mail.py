"""Mail over SMTP, one conversation step by step, so that we know what a broken line means."""

from __future__ import annotations

import logging
import re
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime as mail_date
from types import TracebackType
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from jichi.kernel import clock

from ..rules import Answer, answer_of, deliverable
from ..writing import written
from .base import Letter, Outgoing, Step

logger = logging.getLogger("jichi.messages")

TIMEOUT: Final = 20.0
"""Seconds for each step."""


def build(*, to: str, subject: str, body: str, language: str, header_id: str) -> bytes:
    """The mail as it goes over the wire.

    Raises:
        ValueError: a line break in a header; nothing is sent then.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"{settings.JICHI_WARD} <{settings.JICHI_SMTP['from']}>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = header_id
    mail["Date"] = mail_date(clock.now())
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = "ja" if language in ("ja", "easy") else f"{language}, ja"
    mail.set_content(body, charset="utf-8", cte="base64")
    return mail.as_bytes()


def _dotted(mail: bytes) -> bytes:
    """As DATA wants it (RFC 5321 §4.5.2): lines that begin with a dot get a second one; a lone dot ends."""
    text = re.sub(rb"(?m)^\.", b"..", mail)
    return text + (b".\r\n" if text.endswith(b"\r\n") else b"\r\n.\r\n")


class Gateway:
    """A connection to the mail server, opened at the first mail and reopened when it broke."""

    def __init__(self, smtp: Mapping[str, Any], *, at_step: Step, timeout: float = TIMEOUT) -> None:
        self._smtp, self._at_step, self._timeout = smtp, at_step, timeout
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Gateway:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line is not None:
            try:
                self._line.quit()
            except (OSError, smtplib.SMTPException):
                self._drop()

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None

    def _open(self) -> smtplib.SMTP:
        if self._line is not None:
            return self._line
        if not self._smtp["host"]:
            raise OSError("no mail server is configured")
        line = smtplib.SMTP(self._smtp["host"], int(self._smtp["port"]), timeout=self._timeout)
        try:
            if self._smtp["tls"]:
                line.starttls(context=ssl.create_default_context())
            if self._smtp["user"]:
                line.login(self._smtp["user"], self._smtp["password"])
            line.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException):
            line.close()
            raise
        self._line = line
        self._at_step("connected")
        return line

    def ask(self, _key: UUID) -> Answer | None:
        """SMTP knows no question about an earlier mail."""
        return None

    def send(self, outgoing: Outgoing) -> Answer:
        """Hand over one mail and say what became of it."""
        to, mail = outgoing.to, outgoing.content
        if not deliverable(to):
            return Answer("never", "mail.bad_address")
        try:
            line = self._open()
        except (OSError, smtplib.SMTPException) as error:
            logger.warning("mail server out of reach: %s", type(error).__name__)
            return Answer("away", "mail.server_away")
        handed_over = False
        try:
            answer = self._envelope(line, to)
            if answer is not None:
                line.rset()
                return answer
            self._at_step("before_data")
            number, _ = line.docmd("DATA")
            if number != 354:
                return answer_of(number, what="refused")
            handed_over = True
            line.send(_dotted(mail))
            self._at_step("data_sent")
            number, _ = line.getreply()
            return answer_of(number, what="refused")
        except (OSError, smtplib.SMTPException) as error:
            logger.warning("the mail server broke off: %s", type(error).__name__)
            self._drop()
            return Answer("unknown", "mail.broken_off") if handed_over else Answer("away", "mail.server_away")

    def _envelope(self, line: smtplib.SMTP, to: str) -> Answer | None:
        number, _ = line.mail(self._smtp["from"])
        if number != 250:
            # About us, not about the reader: our sender or the whole server; never a reason to give up at once.
            return Answer("later", f"mail.sender_refused:{number}")
        number, _ = line.rcpt(to)
        if number not in (250, 251):
            return answer_of(number, what="address_refused")
        return None


def probe(smtp: Mapping[str, Any]) -> str:
    """Connect, greet, sign in, leave; "" when that works, else what went wrong."""
    try:
        with Gateway(smtp, at_step=lambda _step: None, timeout=5) as gateway:
            gateway._open()
    except (OSError, smtplib.SMTPException) as error:
        return f"{type(error).__name__}: {error}"
    return ""


class MailBackend:
    """Mail, by the gateway of `settings.JICHI_SMTP`."""

    name = "mail"
    repeatable = False
    on = True
    """Always: without a gateway mail waits until there is one."""

    def write(self, letter: Letter) -> Outgoing:
        """The mail. Raises ValueError when a header can't be made."""
        subject, body, really = written(letter.template, letter.language, params=letter.params, about=letter.about)
        content = build(to=letter.to, subject=subject, body=body, language=really, header_id=letter.header_id)
        return Outgoing(letter.to, letter.key, content)

    def open(self, at_step: Step) -> Gateway:
        """A line to the mail server, for one round."""
        return Gateway(settings.JICHI_SMTP, at_step=at_step)
