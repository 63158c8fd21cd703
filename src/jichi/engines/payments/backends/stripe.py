"""Stripe's public API: hosted Checkout (card, phone wallet, store), signed webhooks, refunds.

Written against the firm's own SDK (the other side of `tests/test_stripe.py`), without needing it to run: the calls are
form-encoded HTTPS with a key, the webhooks HMAC-SHA256. Answers are put into the words of our own protocol.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import logging
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit
from uuid import UUID

from jichi.kernel import clock, trace

from ..protocol import WINDOW, BadSignatureError, read_session
from ..rules import MOST_YEN, Answer, Notice
from .base import FirmAwayError, FirmRefusedError, Session
from .calling import LATER, NotReachedError, call

logger = logging.getLogger("jichi.payments")
HEADER: Final = "Stripe-Signature"
VERSION: Final = "2026-10-28.endive"
"""Version of the API in which we read answers: that of the SDK it is tested with."""
MOST_ANSWER: Final = 512 * 1024
SHORTEST: Final = timedelta(minutes=31)
"""A page of Checkout lives at least 30 minutes."""
_LANGUAGES: Final[Mapping[str, str]] = {"ja": "ja", "easy": "ja", "en": "en", "zh-hans": "zh", "ko": "ko"}
_METHODS: Final[Mapping[str, str]] = {"card": "card", "konbini": "store", "paypay": "code"}
"""The firm's word for a way to pay → ours."""
_LOST: Final = frozenset({"canceled", "requires_payment_method"})
"""States of a payment of a finished page that nobody will pay any more."""
_HEADER: Final = re.compile(r"t=(\d{1,12})((?:,v\d=[0-9a-f]{1,128})+)")


def form(params: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    """Parameters as the API wants them: `line_items[0][price_data][currency]=jpy`. None is left out."""
    for name, value in params.items():
        key = f"{within}[{name}]" if within else name
        if isinstance(value, Mapping):
            yield from form(value, key)
        elif isinstance(value, list):
            yield from form({str(n): one for n, one in enumerate(value)}, key)
        elif value is not None:
            yield key, str(value).lower() if isinstance(value, bool) else str(value)


class StripeFirm:
    """HTTP client of the API. `pages`: the origin of the firm's own pages; nobody is sent anywhere else."""

    is_there = True

    def __init__(self, *, url: str, key: str, pages: str) -> None:
        self._at, self._key, self._pages = urlsplit(url.rstrip("/")), key, pages.rstrip("/")

    def _call(self, method: str, path: str, params: Mapping[str, Any], key: str = "") -> tuple[int, bytes]:
        asked = urlencode(list(form(params)))
        full = self._at.path + path + (f"?{asked}" if asked and method == "GET" else "")
        headers = {
            "Authorization": f"Bearer {self._key}", "Stripe-Version": VERSION, "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded", **trace.headers(),
        }  # fmt: skip
        if key:
            headers["Idempotency-Key"] = key
        body = asked.encode() if method == "POST" else b""
        return call(self._at, method, full, body, headers, most=MOST_ANSWER)

    def _ask(self, method: str, path: str, params: Mapping[str, Any], key: str = "") -> dict[str, Any]:
        try:
            status, body = self._call(method, path, params, key)
            if 200 <= status < 300:
                return _object(body)
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
        """See `base.Firm`. Where webhooks go is set with the firm, not with each page."""
        del callback_url
        about = {"charge": str(charge_id)}
        until = max(expires_at, clock.now() + SHORTEST)
        found = self._ask("POST", "/v1/checkout/sessions", {
            "mode": "payment", "client_reference_id": str(charge_id), "success_url": return_url,
            "cancel_url": return_url, "locale": _LANGUAGES.get(language, "auto"),
            "expires_at": int(until.timestamp()), "metadata": about, "payment_intent_data": {"metadata": about},
            "line_items": [{
                "quantity": 1,
                "price_data": {"currency": "jpy", "unit_amount": amount_yen, "product_data": {"name": title[:250]}},
            }],
        }, key)  # fmt: skip
        try:
            ref, url, expires = str(found["id"]), str(found["url"]), _moment(found["expires_at"])
        except (LookupError, TypeError, ValueError) as error:
            raise FirmAwayError("an answer that can't be read") from error
        if found.get("client_reference_id") != str(charge_id) or found.get("amount_total") != amount_yen:
            raise FirmAwayError("an answer about something else")
        if not url.startswith(f"{self._pages}/"):
            raise FirmRefusedError("a page at another address")
        return Session(ref, url, expires)

    def session(self, ref: str) -> Mapping[str, Any]:
        """See `base.Firm`."""
        wanted = {"expand": ["payment_intent.latest_charge"]}
        return said(self._ask("GET", f"/v1/checkout/sessions/{quote(ref, safe='')}", wanted))

    def expire(self, ref: str) -> Mapping[str, Any]:
        """See `base.Firm`. One that was finished meanwhile is refused: then how it stands is asked."""
        try:
            self._ask("POST", f"/v1/checkout/sessions/{quote(ref, safe='')}/expire", {})
        except FirmRefusedError:
            logger.info("payment firm: a page could not be ended, it is looked at")
        return self.session(ref)

    def refund(self, *, key: UUID, payment_ref: str, amount_yen: int) -> Answer:
        """See `base.Firm`."""
        asked = {"payment_intent": payment_ref, "amount": amount_yen, "metadata": {"refund": str(key)}}
        try:
            status, body = self._call("POST", "/v1/refunds", asked, str(key))
        except NotReachedError:
            return Answer("away", "firm.away")
        except (OSError, http.client.HTTPException) as error:
            logger.warning("payment firm broke off a refund: %s", type(error).__name__)
            return Answer("unknown", "firm.broken_off")
        if status >= 500 or status in LATER or status in (401, 403):
            return Answer("later", f"firm.trouble:{status}")
        if not 200 <= status < 300:
            return Answer("never", f"firm.refused:{status}")
        try:
            found = _object(body)
        except ValueError:
            return Answer("unknown", "firm.bad_answer")
        ref = str(found.get("id", ""))[:100]
        kinds: dict[object, Answer] = {
            "succeeded": Answer("done", ref=ref), "pending": Answer("taken", ref=ref),
            "requires_action": Answer("taken", ref=ref), "failed": Answer("never", "firm.refused", ref),
            "canceled": Answer("never", "firm.refused", ref),
        }  # fmt: skip
        return kinds.get(found.get("status"), Answer("unknown", "firm.bad_answer", ref))


# -- what the firm says, in our words -----------------------------------------------------------------


def _object(body: bytes) -> dict[str, Any]:
    if len(body) > MOST_ANSWER:
        raise ValueError("too long")
    found = json.loads(body)
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004 - what came is wrong, not our code
    return found


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def said(session: Mapping[str, Any], *, at: int | None = None) -> dict[str, Any]:
    """A Checkout Session as `protocol` speaks of sessions.

    Args:
        at: when the event about it was made, where the payment itself is not told.

    Raises:
        ValueError: not in yen, or not to be read.
    """
    if session.get("currency") != "jpy" or not isinstance(session.get("id"), str):
        raise ValueError("not a session in yen")
    intent = session.get("payment_intent")
    told: Mapping[str, Any] = intent if isinstance(intent, Mapping) else {"id": intent}
    status = _status(session, told)
    charge = told.get("latest_charge")
    details: Mapping[str, Any] = charge if isinstance(charge, Mapping) else {}
    ways = session.get("payment_method_types") or []
    way = (details.get("payment_method_details") or {}).get("type") or (ways[0] if len(ways) == 1 else "")
    created = details.get("created") or at
    return {
        "id": session["id"], "reference": session.get("client_reference_id"), "amount": session.get("amount_total"),
        "status": status,
        "payment": {
            "id": told.get("id"), "method": _METHODS.get(way, "unknown"), "amount": session.get("amount_total"),
            "accepted_at": _moment(created).isoformat() if created else None,
        } if status == "paid" else None,
    }  # fmt: skip


def _status(session: Mapping[str, Any], intent: Mapping[str, Any]) -> str:
    """How a page stands: of a finished one whether the money came, is awaited (store), or never will."""
    if session.get("payment_status") == "paid":
        return "paid"
    if session.get("status") == "expired":
        return "expired"
    if session.get("status") == "open":
        return "open"
    return "failed" if intent.get("status") in _LOST else "pending"


def verify(header: str, *, secret: str, secret_before: str = "", now: int, body: bytes) -> None:
    """Nothing, where the webhook is signed with the endpoint's secret (or the one before it) within the window.

    Raises:
        BadSignatureError: no signature, a wrong one, or one from too long ago.
    """
    found = _HEADER.fullmatch(header)
    if found is None:
        raise BadSignatureError("no signature")
    given = [one.removeprefix("v1=") for one in found[2].split(",") if one.startswith("v1=")]
    own = [
        hmac.new(one.encode(), f"{found[1]}.".encode() + body, hashlib.sha256).hexdigest()
        for one in (secret, secret_before)
        if one
    ]
    # All are compared, each in constant time.
    fitting = [hmac.compare_digest(a, b) for a in own for b in given]
    if not any(fitting):
        raise BadSignatureError("wrong signature")
    if abs(now - int(found[1])) > WINDOW:
        raise BadSignatureError("outside of the time window")


_SESSIONS: Final = frozenset({
    "checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed",
    "checkout.session.expired",
})  # fmt: skip
_REFUNDS: Final = frozenset({"refund.created", "refund.updated", "refund.failed"})


def read_event(body: bytes) -> Notice | None:
    """A webhook's body as a notice; None for what changes nothing here (a store is still awaited, another kind).

    Raises:
        ValueError: not an event of this API.
    """
    found = _object(body)
    about = (found.get("data") or {}).get("object")
    event_id, kind = found.get("id"), found.get("type")
    if found.get("object") != "event" or not isinstance(event_id, str) or not isinstance(about, dict):
        raise ValueError("not an event")
    if not re.fullmatch(r"evt_[A-Za-z0-9_]{1,90}", event_id):
        raise ValueError("not an event's id")
    if kind in _SESSIONS:
        told = said(about, at=int(found["created"]))
        if kind == "checkout.session.async_payment_failed":
            told["status"] = "failed"
        if told["status"] in ("open", "pending"):
            return None
        return read_session(told, event_id=event_id, kind=f"session.{told['status']}")
    return _refund_notice(event_id, about) if kind in _REFUNDS else None


def _refund_notice(event_id: str, about: Mapping[str, Any]) -> Notice | None:
    kinds: dict[object, Any] = {
        "succeeded": "refund.done", "failed": "refund.failed", "canceled": "refund.failed",
    }  # fmt: skip
    kind, amount = kinds.get(about.get("status")), about.get("amount")
    if kind is None:
        return None
    if type(amount) is not int or not 0 <= amount <= MOST_YEN or not isinstance(about.get("id"), str):
        raise ValueError("a refund that can't be read")
    try:
        key = UUID(str((about.get("metadata") or {}).get("refund")))
    except ValueError:
        key = None  # made on the firm's own pages: kept as unknown
    return Notice(
        event_id=event_id, kind=kind, session_ref="", reference=None, amount_yen=amount, refund_key=key,
        refund_ref=str(about["id"])[:100],
    )  # fmt: skip
