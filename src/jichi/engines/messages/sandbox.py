"""Sandbox mail server (お試し): takes mail over real SMTP, keeps it as files, sends nothing on.

    python -m jichi.engines.messages.sandbox --port 8025 --dir var/mailbox

`faults.json` in the folder makes it misbehave; see `mailbox.FAULTS`. No Django.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import ssl
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from . import mailbox

logger = logging.getLogger("jichi.sandbox")
LOOK_EVERY: Final = 0.1


class Sandbox:
    """aiosmtpd's hooks: what the server answers at each step."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the mail, unless a fault says otherwise."""
        fault = mailbox.use_fault(self.folder)
        if fault == "451":
            return "451 4.3.0 Try again later"
        if fault == "550":
            return "550 5.1.1 No such mailbox"
        content = envelope.original_content or b""
        await asyncio.to_thread(mailbox.store, self.folder, content)
        if fault == "die":
            os._exit(1)
        if fault == "drop" and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
            # The connection is gone; the answer below reaches nobody.
            await asyncio.sleep(0.05)
        if fault == "slow":
            await asyncio.sleep(mailbox.SLOW_SECONDS)
        return "250 2.0.0 Kept"


def _authenticator(user: str, password: str) -> Callable[[SMTP, Session, Envelope, str, Any], AuthResult]:
    def check(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and (given.login, given.password) == (user.encode(), password.encode())
        return AuthResult(success=right, handled=right)

    return check


async def serve(
    *, host: str, port: int, folder: Path, tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None
) -> None:
    """Listen until SIGTERM or SIGINT. While the fault is "refuse" the port is closed.

    Args:
        tls: offer (and then require) STARTTLS with this certificate.
        login: user name and password that must be given.
    """
    folder.mkdir(parents=True, exist_ok=True)
    here = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        here.add_signal_handler(number, stop.set)

    def conversation() -> SMTP:
        return SMTP(
            Sandbox(folder), hostname="sandbox.invalid", ident="Jichi sandbox", loop=here, timeout=60,
            tls_context=tls, require_starttls=tls is not None, auth_required=login is not None,
            auth_require_tls=tls is not None, authenticator=_authenticator(*login) if login else None,
        )  # fmt: skip

    server: asyncio.Server | None = None
    while not stop.is_set():
        refusing = mailbox.read_fault(folder).mode == "refuse"
        if refusing and server is not None:
            server.close()
            server = None
        elif not refusing and server is None:
            server = await here.create_server(conversation, host=host, port=port, reuse_address=True)
            logger.info("sandbox mail server on %s:%d", host, port)
        try:
            await asyncio.wait_for(stop.wait(), LOOK_EVERY)
        except TimeoutError:
            continue
    if server is not None:
        server.close()


def main(argv: Sequence[str] | None = None) -> int:
    """Command line of the sandbox."""
    parser = argparse.ArgumentParser(prog="jichi.engines.messages.sandbox", description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dir", type=Path, required=True, help="folder for mails and faults.json")
    parser.add_argument("--certificate", type=Path, help="PEM file with key and certificate: STARTTLS is then required")
    parser.add_argument("--login", help="user:password that must be given")
    given = parser.parse_args(argv)
    tls = None
    if given.certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(given.certificate)
    user, _, password = (given.login or "").partition(":")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    asyncio.run(
        serve(host=given.host, port=given.port, folder=given.dir, tls=tls, login=(user, password) if user else None)
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
