"""pretix as a peer: installed into an environment of its own, with a database of its own, called over HTTP alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import venv
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from bench.ground import Ground, free_port, wait_for

VERSION: Final = "2026.8.0"
SERVER: Final = "gunicorn==27.0.1"
DATABASE: Final = "bench_pretix"
WORKERS: Final = 2
THREADS: Final = 4
SHOP: Final = "bench"
SECRET: Final = "c" * 32
"""The form token that each of the bench's people chose for their cookie."""
NO_MAIL: Final = (
    "import django.core.mail.backends.dummy as dummy\n"
    "import django.core.mail.backends.smtp as smtp\n\n"
    "smtp.EmailBackend = dummy.EmailBackend\n"
)
"""Of Django's own parts, in the peer's environment: mails are composed and go nowhere."""
_COOKIE: Final = re.compile(rb"^set-cookie: *([^=]+)=([^;\r]*)", re.IGNORECASE | re.MULTILINE)
_TARGET: Final = re.compile(rb"^location: *(?:https?://[^/\r]+)?([^\r]*)", re.IGNORECASE | re.MULTILINE)


class NotInstalledError(Exception):
    """The peer can't be had here: no network, or a package is missing."""


# -- environment, database, web process ----------------------------------------------------------------------------


def environment(home: Path) -> Path:
    """A Python with pretix in it, made once for a kept home.

    Raises:
        NotInstalledError: it can't be installed.
    """
    folder = home / f"pretix-{VERSION}"
    python = folder / "bin" / "python"
    if (folder / "ready").exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    done = subprocess.run(
        [python, "-m", "pip", "install", "-q", f"pretix=={VERSION}", SERVER],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise NotInstalledError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "pip failed")
    (folder / "no-mail").mkdir()
    (folder / "no-mail" / "sitecustomize.py").write_text(NO_MAIL)
    (folder / "data").mkdir()
    (folder / "ready").touch()
    return python


def _environ(ground: Ground, python: Path, database: str, origin: str = "http://localhost") -> dict[str, str]:
    folder = python.parent.parent
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {
        **keep, "PYTHONPATH": str(folder / "no-mail"), "DATA_DIR": str(folder / "data"),
        "PRETIX_CONFIG_FILE": os.devnull, "PRETIX_PRETIX_URL": origin, "PRETIX_DJANGO_SECRET": ground.secret_key,
        "PRETIX_DATABASE_BACKEND": "postgresql", "PRETIX_DATABASE_NAME": database,
        "PRETIX_DATABASE_USER": "jichi_owner", "PRETIX_DATABASE_PASSWORD": ground.cluster.passwords["owner"],
        "PRETIX_DATABASE_HOST": str(ground.cluster.socket), "PRETIX_LOCALE_DEFAULT": "en",
        "PRETIX_PRETIX_ECB_RATES": "off",
    }  # fmt: skip


def _manage(ground: Ground, python: Path, database: str, *arguments: str, given: str | None = None) -> None:
    done = subprocess.run(
        [python, "-m", "pretix", *arguments], env=_environ(ground, python, database), cwd=python.parent.parent,
        input=given, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"pretix {arguments[0]}: {(done.stdout + done.stderr)[-3000:]}")


def migrated(ground: Ground, python: Path) -> str:
    """Its database with every table, kept between runs."""
    name = f"{DATABASE}_{VERSION.replace('.', '_')}"
    if not ground.exists(name):
        with ground.being_made(name) as half:
            _manage(ground, python, half, "migrate", "--verbosity=0")
    return name


def open_shop(ground: Ground, python: Path, database: str, sizes: Mapping[str, int]) -> None:
    """An organiser with an event for each name, with one free ticket of so many."""
    now = datetime.now(UTC)
    opens = (now + timedelta(days=30)).isoformat()
    rows: list[dict[str, Any]] = [
        {"model": "pretixbase.organizer", "pk": 1, "fields": {"name": "Bench", "slug": SHOP}},
        _row("saleschannel", 1, organizer=1, label="Web", identifier="web", type="web"),
    ]
    for pk, (name, size) in enumerate(sizes.items(), 1):
        rows += [
            _row("event", pk, organizer=1, name="Rush", slug=name, live=True, currency="JPY", date_from=opens,
                 last_modified=now.isoformat()),
            _row("item", pk, event=pk, name="Place", default_price="0.00", admission=True),
            _row("quota", pk, event=pk, name="Places", size=size),
            _row("quota_items", pk, quota=pk, item=pk),
        ]  # fmt: skip
    _manage(ground, python, database, "loaddata", "--verbosity=0", "--format=json", "-", given=json.dumps(rows))


def _row(model: str, pk: int, **fields: Any) -> dict[str, Any]:
    return {"model": f"pretixbase.{model}", "pk": pk, "fields": fields}


@contextmanager
def served(ground: Ground, python: Path, database: str) -> Iterator[tuple[int, int]]:
    """Its web process on a database: as many workers as ours, each as many requests at once; (port, process id)."""
    port = free_port()
    command = [
        str(python), "-m", "gunicorn", "pretix.wsgi:application", f"--workers={WORKERS}", "--worker-class=gthread",
        f"--threads={THREADS}", f"--bind=127.0.0.1:{port}", "--keep-alive=75", "--backlog=2048", "--timeout=300",
        "--log-level=error",
    ]  # fmt: skip
    environ = _environ(ground, python, database, f"http://localhost:{port}")
    with (ground.home / "pretix.log").open("ab") as log:
        process = subprocess.Popen(
            command, env=environ, cwd=python.parent.parent, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
    try:
        wait_for(f"http://localhost:{port}/{SHOP}/", process)
        yield port, process.pid
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


# -- a person ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Person:
    """One browser: its cookies, the last address, what became of it ("placed", "full", or "" before)."""

    port: int
    event: str
    item: int
    number: int
    cookies: dict[str, str] = field(default_factory=lambda: {"pretix_csrftoken": SECRET})
    at: str = ""
    outcome: str = ""

    def _request(self, method: str, path: str, form: Mapping[str, object] | None = None) -> bytes:
        """A request as it goes over the line."""
        self.at = path
        body = urlencode({"csrfmiddlewaretoken": SECRET, **form}).encode() if form is not None else b""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\nCookie: {cookies}\r\nAccept-Language: en\r\n"
        )
        if form is not None:
            head += (f"Origin: http://localhost:{self.port}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                     f"Content-Length: {len(body)}\r\n")  # fmt: skip
        return f"{head}\r\n".encode() + body

    def _path(self, step: str) -> str:
        return f"/{SHOP}/{self.event}/{step}"

    def take(self) -> bytes:
        """The press that puts a ticket into the cart: from here on it is reserved."""
        return self._request("POST", self._path("cart/add"), {f"item_{self.item}": 1})

    def confirm(self) -> bytes:
        """The last press."""
        return self._request("POST", self._path("checkout/confirm/"), {})

    def heard(self, answer: bytes) -> str:
        """Keep the cookies of an answer; where it leads to, "" where it is a page."""
        head = answer.partition(b"\r\n\r\n")[0]
        for name, value in _COOKIE.findall(head):
            self.cookies[name.strip().decode()] = value.decode()
        found = _TARGET.search(head)
        return found[1].strip().decode() if found else ""

    def _followed(self, answer: bytes) -> Generator[bytes, bytes, bytes]:
        """Go where an answer leads, as a browser does; the page at the end of the way."""
        target = self.heard(answer)
        while target:
            answer = yield self._request("GET", target)
            target = self.heard(answer)
        return answer

    def to_the_last_page(self) -> Generator[bytes, bytes, None]:
        """Open the event, take a ticket, say an address: page by page until what is ordered is shown."""
        answer = yield self._request("GET", self._path(""))
        self.heard(answer)
        if f'name="item_{self.item}"'.encode() not in answer:
            self.outcome = "full"
            return
        page = yield from self._followed((yield self.take()))
        if b"checkout/start" not in page:
            self.outcome = "full"
            return
        page = yield from self._followed((yield self._request("GET", self._path("checkout/start"))))
        if b'name="email"' not in page:
            raise RuntimeError(f"not the page that asks for an address: {page[:3000]!r}")
        form = {"email": f"bench{self.number}@example.jp"}
        page = yield from self._followed((yield self._request("POST", self._path("checkout/questions/"), form)))
        if not self.at.endswith("/checkout/confirm/"):
            raise RuntimeError(f"not the last page: {self.at} {page[:3000]!r}")

    def ordered(self) -> Generator[bytes, bytes, None]:
        """All of it, to the page of the order."""
        yield from self.to_the_last_page()
        if self.outcome:
            return
        yield from self._followed((yield self.confirm()))
        self.outcome = "placed" if "/order/" in self.at else "full"
