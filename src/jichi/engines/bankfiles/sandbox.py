"""Sandbox town (お試しの町): a store till, a phone app, a collecting agent and a bank of our own; no money moves.

    python -m jichi.engines.bankfiles.sandbox --port 8040 --dir var/sandbox/town

It reads printed slips (number, photo, PDF) and gives back the real file formats, faults included. No Django.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.parser import BytesParser
from email.policy import HTTP
from http.server import ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from jichi.kernel import clock, stand_in

from . import sandbox_pages as pages
from .rules.results import CODES
from .sandbox_credits import FAULTS as CREDIT_FAULTS
from .sandbox_credits import FORMS, HOWS
from .sandbox_town import ANSWER_FAULTS, FAULTS, KINDS, LAYOUTS, PLACES, RefusedError, Town, read_slip

MOST_BODY: Final = 11 * 1024 * 1024


class Streets(ThreadingHTTPServer):
    """The listening socket and the town's memory."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], town: Town) -> None:
        super().__init__(address, Visit)
        self.town = town


class Visit(stand_in.Answering):
    """One request."""

    server: Streets

    def _html(self, page: str, status: int = 200) -> None:
        self.as_html(status, page)

    def got(self) -> None:
        """Pages and files."""
        path, town = urlsplit(self.path).path, self.server.town
        if path == "/style.css":
            self.answer(200, pages.STYLE.encode(), "text/css; charset=utf-8")
        elif path == "/favicon.ico":
            self.answer(200, pages.ICON, "image/svg+xml")
        elif path == "/":
            self._html(pages.front(len(town.paid()), town.files()))
        elif path.strip("/") in PLACES:
            self._html(pages.till(path.strip("/")))
        elif path == "/agent":
            self._html(self._agent())
        elif path == "/bank":
            self._html(pages.bank())
        elif path.startswith("/files/") and (data := town.file(unquote(path.removeprefix("/files/")))) is not None:
            name = path.removeprefix("/files/")
            kept = (("Content-Disposition", f'attachment; filename="{name}"'),)
            self.answer(200, data, "application/octet-stream", kept)
        else:
            self._html(pages.page("ありません", ""), 404)

    def _agent(self, wrong: str = "") -> str:
        town = self.server.town
        return pages.agent(town.paid(), {kind: len(town.due(kind)) for kind in KINDS}, wrong)

    def posted(self) -> None:
        """Slips, presses, files."""
        length = self.headers.get("Content-Length", "0")
        size = int(length) if length.isdecimal() else MOST_BODY + 1
        if size > MOST_BODY:
            self.close_connection = True
            self._html(pages.page("大きすぎます", ""), 413)
            return
        form, photo, name = _form(self.headers.get("Content-Type", ""), self.rfile.read(size))
        place, _, act = urlsplit(self.path).path.strip("/").partition("/")
        try:
            if place in PLACES and act == "read":
                self._html(pages.slip(place, read_slip(form.get("number", ""), photo, name, clock.now())))
            elif place in PLACES and act == "take" and form.get("fault", "") in FAULTS:
                slip = read_slip(form.get("number", ""), b"", "", clock.now())
                self.server.town.take(slip, place, form.get("fault", ""), clock.now())
                self._html(pages.taken(place))
            elif (place, act) == ("agent", "report"):
                self._report(form)
            elif (place, act) == ("bank", "credit"):
                self._credit(form, photo)
            elif (place, act) == ("bank", "answer"):
                self._bank(form, photo)
            else:
                self._html(pages.page("ありません", ""), 404)
        except RefusedError as error:
            refused = {"agent": self._agent, "bank": pages.bank}.get(place)
            self._html(refused(str(error)) if refused else pages.till(place, str(error)), 422)

    def _report(self, form: Mapping[str, str]) -> None:
        kind, layout = form.get("kind", ""), form.get("layout", "")
        if kind not in KINDS or layout not in LAYOUTS:
            raise RefusedError("種別と形を選んでください。")
        again = form.get("again") == "1"
        self._html(pages.made(self.server.town.report(kind, layout, clock.now(), again=again)))

    def _bank(self, form: Mapping[str, str], data: bytes) -> None:
        default, fault = form.get("default", "0"), form.get("fault", "")
        pairs = [line.split() for line in form.get("codes", "").splitlines() if line.strip()]
        if default not in CODES or fault not in ANSWER_FAULTS or any(len(p) != 2 or p[1] not in CODES for p in pairs):
            raise RefusedError("結果のコードを確かめてください。1行に「番号 コード」と書きます。")
        codes = {number.lstrip("0"): code for number, code in pairs}
        self._html(pages.made(self.server.town.answer(data, codes, default, fault, clock.now())))

    def _credit(self, form: Mapping[str, str], data: bytes) -> None:
        how, fault, shape = form.get("how", ""), form.get("fault", ""), form.get("form", "")
        if how not in HOWS or fault not in CREDIT_FAULTS or shape not in FORMS:
            raise RefusedError("入金のしかたとファイルの形を選んでください。")
        self._html(pages.made(self.server.town.credit(data, how, fault, clock.now(), shape)))


def _form(kind: str, body: bytes) -> tuple[dict[str, str], bytes, str]:
    """Fields of a form, and the file in it with its name (nothing: b"")."""
    if not kind.startswith("multipart/form-data"):
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)), b"", ""
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    fields: dict[str, str] = {}
    photo, name = b"", ""
    for part in message.iter_parts() if message.is_multipart() else ():
        content = part.get_payload(decode=True)
        data = content if isinstance(content, bytes) else b""
        if part.get_filename() is not None:
            photo, name = data, part.get_filename() or ""
        else:
            field = part.get_param("name", "", header="content-disposition")
            fields[str(field)] = data.decode("utf-8", "replace")
    return fields, photo, name


def main(argv: Sequence[str] | None = None) -> int:
    """Command line of the sandbox."""
    given = stand_in.told(
        argv, prog="jichi.engines.bankfiles.sandbox", about="Sandbox town", folder="folder for what was paid"
    )
    return stand_in.serve(Streets((given.host, given.port), Town(given.dir)))


if __name__ == "__main__":
    raise SystemExit(main())
