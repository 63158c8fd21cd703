"""Stripe: our client and the firm's own SDK ask alike and sign alike; what its events and answers lead to."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import stripe as sdk
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from conftest import shared_world
from jichi.engines.payments import actions, queries
from jichi.engines.payments.backends import FirmAwayError, FirmRefusedError, firm, read_callback
from jichi.engines.payments.backends import stripe as ours
from jichi.engines.payments.backends.stripe import StripeFirm
from jichi.engines.payments.protocol import BadSignatureError, read_answer
from jichi.kernel import clock

from . import till as desk
from .stripe_peer import KEY, PAGES, SECRET, Peer, running
from .till import Till

till = shared_world(desk.build)
CALLBACK = "/api/pay/callback/"


@pytest.fixture
def peer(settings: Any) -> Iterator[Peer]:
    with running() as found:
        settings.JICHI_PEERS = {
            **settings.JICHI_PEERS,
            "payments": {"kind": "stripe", "url": found.url, "key": KEY, "secret": SECRET, "pages": PAGES},
        }
        yield found


def opened(at: Any, charge_id: UUID, key: str = "k") -> Any:
    """A page for 710 yen."""
    return at.open_session(
        key=key, charge_id=charge_id, amount_yen=710, title="住民票の写し", language="zh-hans",
        return_url="http://town.test/back/", callback_url="http://town.test/callback/",
        expires_at=clock.now() + timedelta(minutes=30),
    )  # fmt: skip


# -- the firm's own SDK -------------------------------------------------------------------------------


def test_our_client_asks_as_the_firms_own_sdk_does(peer: Peer) -> None:
    at, charge_id = firm(), uuid4()
    assert isinstance(at, StripeFirm)
    session = opened(at, charge_id)
    about = {"charge": str(charge_id)}
    client = sdk.StripeClient(KEY, base_addresses={"api": peer.url})
    client.v1.checkout.sessions.create(params={
        "mode": "payment", "client_reference_id": str(charge_id), "success_url": "http://town.test/back/",
        "cancel_url": "http://town.test/back/", "locale": "zh", "metadata": about,
        "expires_at": int(session.expires_at.timestamp()), "payment_intent_data": {"metadata": about},
        "line_items": [{"quantity": 1, "price_data": {
            "currency": "jpy", "unit_amount": 710, "product_data": {"name": "住民票の写し"}}}],
    }, options={"idempotency_key": "sdk"})  # fmt: skip
    peer.pay(session.ref, way="konbini")
    at.session(session.ref)
    seen = client.v1.checkout.sessions.retrieve(session.ref, params={"expand": ["payment_intent.latest_charge"]})
    at.expire(session.ref)
    key = uuid4()
    at.refund(key=key, payment_ref="pi_1", amount_yen=300)
    client.v1.refunds.create(
        params={"payment_intent": "pi_1", "amount": 300, "metadata": {"refund": str(key)}},
        options={"idempotency_key": str(key)},
    )
    told = [(method, path, form) for method, path, form, _ in peer.asked]
    assert told[0] == told[1]
    assert told[2] == told[3]
    assert told[4][:2] == ("POST", f"/v1/checkout/sessions/{session.ref}/expire")
    assert told[-2] == told[-1]
    assert {headers["Stripe-Version"] for *_, headers in peer.asked} == {ours.VERSION}
    assert {headers["Authorization"] for *_, headers in peer.asked} == {f"Bearer {KEY}"}
    assert seen.payment_status == "paid"


@given(st.text(max_size=60), st.integers(0, 2**33))
def test_signatures_made_by_the_sdk_are_ours(text: str, at: int) -> None:
    body = json.dumps({"object": "event", "said": text}, ensure_ascii=False)
    header = sdk.WebhookSignature.generate_signature_header(body, SECRET, at)
    ours.verify(header, secret=SECRET, now=at, body=body.encode())
    ours.verify(f"{header},v0=00", secret="new", secret_before=SECRET, now=at + 300, body=body.encode())
    for wrong in ({"now": at + 301}, {"secret": "other"}, {"body": body.encode() + b" "}):
        with pytest.raises(BadSignatureError):
            ours.verify(header, **{"secret": SECRET, "now": at, "body": body.encode(), **wrong})  # type: ignore[arg-type] # one at a time
    with pytest.raises(BadSignatureError):
        ours.verify("", secret=SECRET, now=at, body=body.encode())


# -- what it leads to ---------------------------------------------------------------------------------


def test_pages_refunds_and_what_goes_wrong(peer: Peer) -> None:
    at = firm()
    charge_id = uuid4()
    session = opened(at, charge_id)
    assert opened(at, charge_id).ref == session.ref
    with pytest.raises(FirmRefusedError):
        opened(at, uuid4())  # the same key for another charge
    assert read_answer(at.session(session.ref)) is None
    peer.pay(session.ref, later=True)
    assert at.session(session.ref)["status"] == "pending"
    peer.sessions[session.ref]["payment_intent"]["status"] = "canceled"
    assert at.session(session.ref)["status"] == "failed"
    peer.pay(session.ref, way="paypay")
    notice = read_answer(at.expire(session.ref))  # it can't be ended any more: it was paid
    assert notice is not None
    assert (notice.kind, notice.amount_yen, notice.method, notice.payment_ref, notice.reference) == (
        "session.paid", 710, "code", "pi_1", charge_id,
    )  # fmt: skip
    key = uuid4()
    assert [at.refund(key=key, payment_ref="pi_1", amount_yen=700).kind for _ in range(2)] == ["done", "done"]
    assert len(peer.refunds) == 1
    assert at.refund(key=uuid4(), payment_ref="pi_1", amount_yen=11).kind == "never"
    peer.mode = "pending"
    assert at.refund(key=uuid4(), payment_ref="pi_1", amount_yen=10).kind == "taken"
    peer.mode = "drop"
    assert at.refund(key=uuid4(), payment_ref="pi_1", amount_yen=1).kind == "unknown"
    peer.mode = "down"
    assert at.refund(key=uuid4(), payment_ref="pi_1", amount_yen=1).kind == "later"
    with pytest.raises(FirmAwayError):
        at.session(session.ref)
    assert StripeFirm(url="http://127.0.0.1:9", key=KEY, pages=PAGES).refund(
        key=uuid4(), payment_ref="pi_1", amount_yen=1
    ).kind == "away"  # fmt: skip
    peer.mode = ""
    with pytest.raises(FirmRefusedError):
        opened(StripeFirm(url=peer.url, key=KEY, pages="http://elsewhere.test"), uuid4(), key="e")


def call(client: Client, body: bytes, *, secret: str = SECRET) -> int:
    """The firm's webhook, signed by its SDK."""
    header = sdk.WebhookSignature.generate_signature_header(body.decode(), secret, int(time.time()))
    return client.post(
        CALLBACK, body, content_type="application/json", headers={"Stripe-Signature": header}
    ).status_code


@pytest.mark.django_db
def test_webhooks_late_twice_in_any_order_settle_once_and_give_back(peer: Peer, till: Till) -> None:
    charge_id = desk.open_one(till)
    page = actions.start_checkout(actor=till.payer, charge_id=charge_id, language="ja")
    (ref,) = peer.sessions
    assert page.url == f"{PAGES}/c/pay/{ref}"
    client = Client()
    peer.pay(ref, way="konbini", later=True)
    waiting = peer.event("checkout.session.completed", peer.sessions[ref], number="evt_1")
    peer.pay(ref, way="konbini")
    paid = peer.event("checkout.session.async_payment_succeeded", peer.sessions[ref], number="evt_2")
    assert call(client, paid, secret="whsec_other") == 400
    assert desk.view(charge_id).state == "due"
    assert [call(client, body) for body in (paid, waiting, paid, waiting)] == [200] * 4
    assert desk.view(charge_id).state == "paid"
    assert desk.events() == [("session.paid", "settled")]
    other = peer.event("customer.created", {"id": "cus_1", "object": "customer"}, number="evt_3")
    assert call(client, other) == 200
    actions.refund_charge(actor=till.clerk, charge_id=charge_id, reason="取り違え")
    refund = desk.record(charge_id).payments[0].refunds[0]
    done = {
        "id": "re_9",
        "object": "refund",
        "amount": 710,
        "status": "succeeded",
        "metadata": {"refund": str(refund.id)},
    }
    assert [call(client, peer.event("refund.updated", done, number="evt_4")) for _ in range(2)] == [200, 200]
    assert desk.view(charge_id).state == "refunded"
    strange = {**done, "metadata": {}}
    assert call(client, peer.event("refund.updated", strange, number="evt_5")) == 200
    assert desk.events()[-1] == ("refund.done", "unknown")
    assert queries.books_balance()


@pytest.mark.parametrize(
    "change",
    [
        {"object": "charge"},
        {"id": "x"},
        {"id": None},
        {"data": {}},
        {"data": {"object": {"id": "cs_1", "currency": "usd"}}},
    ],
)
def test_what_is_no_event_of_ours_is_refused(peer: Peer, change: dict[str, Any]) -> None:
    session = {"id": "cs_1", "currency": "jpy", "payment_status": "paid", "payment_intent": "pi_1", "amount_total": 1}
    whole = json.loads(peer.event("checkout.session.completed", session))
    body = json.dumps({**whole, **change}).encode()
    header = sdk.WebhookSignature.generate_signature_header(body.decode(), SECRET, int(time.time()))
    with pytest.raises(ValueError):
        read_callback({"Stripe-Signature": header}, path=CALLBACK, body=body)
