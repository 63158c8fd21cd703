"""The callback's address: signature, time window, key that was changed, bodies that can't be read."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from conftest import shared_world
from jichi.engines.payments import protocol
from jichi.kernel import clock

from . import till as desk
from .firm import SECRET
from .till import Till

PATH = "/api/pay/callback/"


_till = shared_world(desk.build)


@pytest.fixture
def till(db: None, _till: Till, settings: Any) -> Till:
    settings.JICHI_PEERS = {"payments": {"kind": "hosted", "url": "http://localhost:9", "secret": SECRET}}
    return _till


def body_for(charge_id: UUID, amount: int = 710) -> bytes:
    payment = {"id": "pay_1", "method": "card", "amount": amount, "accepted_at": clock.now().isoformat()}
    session = {"id": "cs_1", "reference": str(charge_id), "amount": 710, "status": "paid", "payment": payment}
    return protocol.packed({"id": "evt_1", "type": "session.paid", "session": session})


def send(body: bytes, *, secret: str = SECRET, age: int = 0, path: str = PATH, signed: bytes | None = None) -> int:
    at = int(clock.now().timestamp()) - age
    header = protocol.sign(secret, at=at, method="POST", path=path, body=body if signed is None else signed)
    answer = Client().post(PATH, body, content_type="application/json", headers={protocol.HEADER: header})
    return answer.status_code


def test_a_signed_callback_settles(till: Till) -> None:
    charge_id = desk.open_one(till)
    assert send(body_for(charge_id)) == 200
    assert desk.view(charge_id).state == "paid"
    assert send(body_for(charge_id)) == 200
    assert desk.events() == [("session.paid", "settled")]


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "forged"}, {"secret": ""}, {"age": 301}, {"age": -400}, {"age": 86400},
        {"path": "/v1/sessions"}, {"signed": b"{}"},
    ],
)  # fmt: skip
def test_forged_old_and_changed_callbacks_are_refused_and_change_nothing(till: Till, how: dict[str, Any]) -> None:
    charge_id = desk.open_one(till)
    before = desk.snapshot()
    assert send(body_for(charge_id), **how) == 400
    assert desk.snapshot() == before


def test_no_signature_no_firm_and_other_methods(till: Till, settings: Any) -> None:
    charge_id = desk.open_one(till)
    before = desk.snapshot()
    assert Client().post(PATH, body_for(charge_id), content_type="application/json").status_code == 400
    assert Client().get(PATH).status_code == 405
    settings.JICHI_PEERS = {}
    assert send(body_for(charge_id), secret="") == 400
    assert desk.snapshot() == before


def test_the_secret_before_counts_while_it_is_named(till: Till, settings: Any) -> None:
    charge_id = desk.open_one(till)
    settings.JICHI_PEERS = {"payments": {"kind": "hosted", "url": "x", "secret": "new", "secret_before": SECRET}}
    assert send(body_for(charge_id)) == 200


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{}", b"\xff\xfe", b'{"id": "evt_1", "type": "session.paid"}', b'{"id": "evt_1", "type": "x"}',
        b'{"id": "poll:1", "type": "session.expired", "session": {"id": "cs_1", "amount": 1}}',
        b'{"id": "evt_1", "type": "session.paid", "session": {"id": "cs_1", "amount": 1, "payment": {}}}',
        b'{"id": "evt_1", "type": "session.expired", "session": {"id": "cs_1", "amount": true}}',
        b'{"id": "evt_1", "type": "session.expired", "session": {"id": "cs_1", "amount": -1}}',
        b'{"id": "evt_1", "type": "session.expired", "session": {"id": "a b", "amount": 1}}',
        b'{"id": "evt\\u0000", "type": "session.expired", "session": {"id": "cs_1", "amount": 1}}',
    ],
)  # fmt: skip
@pytest.mark.usefixtures("till")
def test_what_cannot_be_read_is_refused(content: bytes) -> None:
    before = desk.snapshot()
    assert send(content) == 400
    assert desk.snapshot() == before


@pytest.mark.usefixtures("till")
def test_a_reference_that_is_none_of_ours_is_kept_as_unknown() -> None:
    assert send(body_for(UUID(int=7)).replace(str(UUID(int=7)).encode(), b"order 17")) == 200
    assert desk.events() == [("session.paid", "unknown")]


@given(st.binary(max_size=40), st.integers(0, 2**33), st.integers(0, 2**33))
def test_a_signature_fits_its_message_alone(body: bytes, at: int, now: int) -> None:
    header = protocol.sign("a", at=at, method="POST", path="/x", body=body)
    given_back: dict[str, Any] = {"secret": "a", "now": at, "method": "POST", "path": "/x", "body": body}
    protocol.verify(header, **given_back)
    changes: list[dict[str, Any]] = [
        {"secret": "b"}, {"method": "GET"}, {"path": "/y"}, {"body": body + b"x"}, {"now": at + 301},
    ]  # fmt: skip
    for change in changes:
        with pytest.raises(protocol.BadSignatureError):
            protocol.verify(header, **{**given_back, **change})
    if abs(now - at) <= protocol.WINDOW:
        protocol.verify(header, **{**given_back, "now": now})


NAMES = st.sampled_from(
    ["id", "type", "session", "refund", "payment", "amount", "reference", "accepted_at", "method", "session.paid"]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | NAMES,
    lambda inner: st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)


@given(ANYTHING)
def test_any_json_is_read_or_refused(content: object) -> None:
    try:
        protocol.read_event(json.dumps(content).encode())
    except ValueError:
        return
