"""A payment firm that speaks our protocol for hosted pages (docs/payments.md); the sandbox is one, over real HTTP."""

from __future__ import annotations

import http.client
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from jichi.kernel import clock, trace

from ..protocol import HEADER, KEY_HEADER, packed, sign, unpacked
from ..rules import Answer
from .base import FirmAwayError, FirmRefusedError, Session
from .calling import LATER, NotReachedError, call

logger = logging.getLogger("jichi.payments")


class HostedFirm:
    """HTTP client of the protocol."""

    is_there = True

    def __init__(self, *, url: str, secret: str) -> None:
        self._at, self._secret = urlsplit(url.rstrip("/")), secret

    def _call(
        self, method: str, path: str, content: Mapping[str, Any] | None = None, key: str = ""
    ) -> tuple[int, bytes]:
        """Status and body of one call. Raises NotReachedError, or OSError/HTTPException after the request went out."""
        full = self._at.path + path
        body = packed(content) if content is not None else b""
        at = int(clock.now().timestamp())
        headers = {
            HEADER: sign(self._secret, at=at, method=method, path=full, body=body),
            "Accept": "application/json",
            **trace.headers(),
        }
        if body:
            headers["Content-Type"] = "application/json"
        if key:
            headers[KEY_HEADER] = key
        return call(self._at, method, full, body, headers)

    def _ask(self, method: str, path: str, content: Mapping[str, Any] | None = None, key: str = "") -> dict[str, Any]:
        try:
            status, body = self._call(method, path, content, key)
            if 200 <= status < 300:
                return unpacked(body)
        except (NotReachedError, OSError, http.client.HTTPException, ValueError) as error:
            logger.warning("payment firm: %s %s failed: %s", method, path, type(error).__name__)
            raise FirmAwayError(type(error).__name__) from error
        logger.warning("payment firm: %s %s answered %d", method, path, status)
        if status >= 500 or status in LATER:
            raise FirmAwayError(f"answer {status}")
        raise FirmRefusedError(f"answer {status}")

    def open_session(
        self, *, key: str, charge_id: UUID, amount_yen: int, title: str, language: str, return_url: str,
        callback_url: str, expires_at: datetime,
    ) -> Session:  # fmt: skip
        """See `base.Firm`."""
        asked = {
            "reference": str(charge_id), "amount": amount_yen, "currency": "JPY", "title": title, "language": language,
            "return_url": return_url, "callback_url": callback_url, "expires_at": expires_at.isoformat(),
        }  # fmt: skip
        found = self._ask("POST", "/v1/sessions", asked, key)
        try:
            ref, url, expires = str(found["id"]), str(found["url"]), datetime.fromisoformat(str(found["expires_at"]))
        except (LookupError, ValueError) as error:
            raise FirmAwayError("an answer that can't be read") from error
        if found.get("amount") != amount_yen or found.get("reference") != str(charge_id) or expires.tzinfo is None:
            raise FirmAwayError("an answer about something else")
        if not url.startswith(f"{self._at.scheme}://{self._at.netloc}/"):
            raise FirmRefusedError("a page at another address")
        return Session(ref, url, expires)

    def session(self, ref: str) -> Mapping[str, Any]:
        """See `base.Firm`."""
        return self._ask("GET", f"/v1/sessions/{ref}")

    def expire(self, ref: str) -> Mapping[str, Any]:
        """See `base.Firm`."""
        return self._ask("POST", f"/v1/sessions/{ref}/expire", {})

    def refund(self, *, key: UUID, payment_ref: str, amount_yen: int) -> Answer:
        """See `base.Firm`."""
        try:
            status, body = self._call(
                "POST", "/v1/refunds", {"payment": payment_ref, "amount": amount_yen, "reference": str(key)}, str(key)
            )
        except NotReachedError:
            return Answer("away", "firm.away")
        except (OSError, http.client.HTTPException) as error:
            logger.warning("payment firm broke off a refund: %s", type(error).__name__)
            return Answer("unknown", "firm.broken_off")
        if status >= 500 or status in LATER:
            return Answer("later", f"firm.trouble:{status}")
        if not 200 <= status < 300:
            return Answer("never", f"firm.refused:{status}")
        try:
            found = unpacked(body)
        except ValueError:
            return Answer("unknown", "firm.bad_answer")
        ref = str(found.get("id", ""))[:100]
        kinds: dict[object, Answer] = {
            "done": Answer("done", ref=ref), "pending": Answer("taken", ref=ref),
            "failed": Answer("never", "firm.refused", ref),
        }  # fmt: skip
        return kinds.get(found.get("status"), Answer("unknown", "firm.bad_answer", ref))
