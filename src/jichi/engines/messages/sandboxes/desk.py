"""What the stand-ins share: state in a folder, faults, reports to the house that are kept until it took them, pages."""

from __future__ import annotations

import html
import json
import os
import secrets
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from jichi.kernel.stand_in import POLICY, Answering, post

LOOK_EVERY: Final = 0.1
MOST_TRIES: Final = 8
LONGEST: Final = 1 << 20
SLOW_SECONDS: Final = 5.0
STALL_SECONDS: Final = 60.0
"""Longer than anybody waits."""
LATE_SECONDS: Final = 20.0


class Box:
    """JSON objects as files: `put` is on disk, whole, when it returns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, kind: str, name: str, content: Mapping[str, Any]) -> None:
        """Keep one object under a name made by us."""
        path = self.folder / kind / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with part.open("w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)

    def get(self, kind: str, name: str) -> dict[str, Any] | None:
        """One object; None when there is none."""
        try:
            found: dict[str, Any] = json.loads((self.folder / kind / f"{name}.json").read_bytes())
        except (OSError, ValueError):
            return None
        return found

    def all(self, kind: str) -> list[dict[str, Any]]:
        """All objects of a kind, in the order in which they came ("at")."""
        found = [self.get(kind, path.stem) for path in (self.folder / kind).glob("[!.]*.json")]
        return sorted((one for one in found if one), key=lambda one: float(one.get("at", 0)))

    def drop(self, kind: str, name: str) -> None:
        """Forget one object."""
        (self.folder / kind / f"{name}.json").unlink(missing_ok=True)

    def fault(self) -> tuple[str, int]:
        """The fault that is set, and for how many requests (0: until it is changed)."""
        found = self.get("settings", "fault") or {}
        return str(found.get("mode", "")), int(found.get("times", 0))

    def set_fault(self, mode: str, times: int = 0) -> None:
        """What goes wrong from now on; "": nothing."""
        self.put("settings", "fault", {"mode": mode, "times": times})

    def use_fault(self) -> str:
        """The fault for the request that comes now; one that is set for a number of them is counted down."""
        mode, times = self.fault()
        if mode and times:
            self.set_fault(mode if times > 1 else "", times - 1)
        return mode

    def owe(self, path: str, body: Mapping[str, Any], *, after: float = 0.0) -> None:
        """A report to the house, kept until it took it."""
        now = time.time()
        self.put("owed", f"{time.time_ns()}-{secrets.token_hex(4)}", {
            "path": path, "body": json.dumps(body, ensure_ascii=False), "due": now + after, "at": now, "tries": 0,
        })  # fmt: skip


Sign = Callable[[bytes], Mapping[str, str]]


@dataclass(frozen=True)
class Peer:
    """One stand-in: where it listens, what it keeps, whom it tells and how it signs."""

    box: Box
    port: int
    host: str
    origin: str
    sign: Sign

    def pay(self) -> None:
        """Send the reports that are due; what the house did not take is tried again, later each time."""
        for path in sorted((self.box.folder / "owed").glob("[!.]*.json")):
            one = self.box.get("owed", path.stem)
            if one is None or one["due"] > time.time():
                continue
            body = one["body"].encode()
            if post(f"{self.origin}{one['path']}", body, dict(self.sign(body))) or one["tries"] + 1 >= MOST_TRIES:
                self.box.drop("owed", path.stem)
            else:
                tries = one["tries"] + 1
                self.box.put("owed", path.stem, {**one, "tries": tries, "due": time.time() + min(0.5 * 2**tries, 60)})


class Handler(Answering):
    """One request. A subclass has `peer` and answers `take(method, path, body) -> None`."""

    peer: Peer
    policy = POLICY.replace("style-src 'self'", "style-src 'unsafe-inline'")
    """Its pages carry their few styles with them."""

    def take(self, method: str, path: str, body: bytes) -> None:
        """Answer the request."""
        raise NotImplementedError

    def got(self) -> None:
        """GET."""
        self.take("GET", self.path.partition("?")[0], b"")

    def posted(self) -> None:
        """POST."""
        length = int(self.headers.get("Content-Length") or 0)
        self.take("POST", self.path.partition("?")[0], self.rfile.read(length) if 0 <= length <= LONGEST else b"")

    def show(self, title: str, body: str) -> None:
        """A page that says what it is."""
        self.as_html(200, page(title, body))

    def back(self) -> None:
        """To the front page, after a form."""
        self.see("/")

    def hang_up(self) -> None:
        """Close the line without an answer."""
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: bodies are personal, and the pages show what came."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Lines that we closed ourselves are no news."""


def run(peer: Peer, handler: type[Handler]) -> None:
    """Serve until SIGTERM or SIGINT. While the fault is "refuse" the port is closed."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    bound = type("Bound", (handler,), {"peer": peer})
    server: _Server | None = None
    while not stop.wait(LOOK_EVERY):
        refusing = peer.box.fault()[0] == "refuse"
        if refusing and server is not None:
            server.shutdown()
            server.server_close()
            server = None
        elif not refusing and server is None:
            server = _Server((peer.host, peer.port), bound)
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        peer.pay()
    if server is not None:
        server.shutdown()
        server.server_close()


# -- pages -------------------------------------------------------------------------------------------

_STYLE: Final = (
    "body{font:16px/1.6 sans-serif;max-width:44rem;margin:0 auto;padding:1rem;color:#1a1a1a;background:#fff}"
    ".warn{border:2px solid #b78f00;padding:.5rem 1rem}"
    ".phone{border:2px solid #333;border-radius:1.5rem;padding:1rem;margin:1rem 0;max-width:24rem;background:#f5f5f5}"
    ".bubble{background:#fff;border:1px solid #949494;border-radius:.75rem;padding:.5rem .75rem;margin:.5rem 0;"
    "white-space:pre-wrap;overflow-wrap:anywhere}.mine{background:#dff3e4;margin-left:2rem}"
    "small{color:#4d4d4d}button,input,select{font:inherit;padding:.4rem .6rem;margin:.2rem .2rem .2rem 0}"
)


def esc(text: object) -> str:
    """Text as it may stand in a page."""
    return html.escape(str(text))


def page(title: str, body: str) -> str:
    """A whole page."""
    return (
        f'<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>{esc(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style></head><body><main>'
        f"<h1>{esc(title)}</h1>"
        '<p class="warn"><strong>これは本物ではありません。</strong>お試し用の代わりのサーバーです。'
        "外には何も送られません。だれでも見られるので、本当の電話番号や名前を入れないでください。</p>"
        f"{body}</main></body></html>"
    )


def fault_form(faults: Mapping[str, str], now: tuple[str, int]) -> str:
    """The switches of a stand-in."""
    options = "".join(
        f'<option value="{esc(mode)}"{" selected" if mode == now[0] else ""}>{esc(words)}</option>'
        for mode, words in faults.items()
    )
    return (
        '<h2>不具合を試す</h2><form method="post" action="/faults"><p>'
        f'<label>このサーバーのふるまい <select name="mode">{options}</select></label> '
        f'<label>何回 <input name="times" inputmode="numeric" size="4" value="{now[1] or ""}"></label> '
        "<button>ふるまいを変える</button></p><p><small>回数が空なら、次に変えるまで続きます。</small></p></form>"
    )


def form_of(body: bytes) -> dict[str, str]:
    """What a form sent."""
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def fault_of(form: Mapping[str, str], faults: Mapping[str, str]) -> tuple[str, int] | None:
    """The fault that a form sets; None for one we do not know."""
    mode, times = form.get("mode", ""), form.get("times", "").strip()
    if mode not in faults:
        return None
    return mode, int(times) if mode and times.isascii() and times.isdigit() and len(times) <= 4 else 0
