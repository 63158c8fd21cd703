"""Webhooks: written with the event, signed, in order, tried again, never to addresses inside."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from django.test import override_settings

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import queries as account_queries
from jichi.engines.accounts.sealing import _box
from jichi.engines.api import actions, doctor, outgoing, pump, rules, sandbox, webhooks
from jichi.engines.api.models import Delivery, Subscription
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from .calling import SYSTEM, let_in

pytestmark = pytest.mark.django_db
ADMIN = Actor(kind="staff", permissions=frozenset({"eng_api.manage"}))
SCOPE = "eng_cases.case.view"


def build() -> None:
    """Two divisions."""
    accounts.create_division(actor=SYSTEM, code="youth", names={"ja": "子ども若者課"})
    accounts.create_division(actor=SYSTEM, code="health", names={"ja": "保健予防課"})


divisions = shared_world(build)


@dataclass
class Receiver:
    """The stand-in, serving."""

    url: str

    def tell(self, path: str, **given: object) -> None:
        """An order."""
        urlopen(f"{self.url}{path}", urlencode(given).encode(), timeout=5).close()

    @property
    def received(self) -> list[dict[str, Any]]:
        """What came."""
        with urlopen(f"{self.url}/received", timeout=5) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    server = sandbox.server(0, tmp_path)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    _box.cache_clear()
    peers = {"webhooks": {"kind": "sandbox", "url": url, "secret": "s"}}
    with override_settings(JICHI_PEERS=peers, JICHI_FIELD_KEYS=[Fernet.generate_key().decode()]):
        yield Receiver(url)
    _box.cache_clear()
    server.shutdown()
    server.server_close()
    thread.join()


def division(code: str) -> int:
    """The id of a division."""
    found = account_queries.division(code)
    assert found is not None
    return found.id


def publish(number: str, kind: str = "case.opened", code: str = "youth") -> int:
    """An event of a case."""
    with unit(SYSTEM):
        return actions.publish_event(
            actor=SYSTEM, kind=kind, subject=f"case:{number}", division_id=division(code), data={"number": number}
        )


def subscribed(receiver: Receiver, *wanted: str) -> UUID:
    """A subscription whose secret the receiver knows."""
    made = webhooks.subscribe(
        actor=ADMIN, client_id=let_in("youth", [SCOPE]), url=f"{receiver.url}/hook", wanted=wanted or ["case.opened"]
    )
    receiver.tell("/secret", secret=made.written)
    return made.id


def later(monkeypatch: pytest.MonkeyPatch, **by: float) -> None:
    """The clock goes on."""
    now = clock.now() + timedelta(**by)
    monkeypatch.setattr(clock, "now", lambda: now)


def test_an_event_is_told_signed_to_whom_it_concerns(receiver: Receiver) -> None:
    subscription = subscribed(receiver)
    assert publish("A1") == 1
    assert publish("B1", code="health") == 0
    assert publish("A2", kind="case.decided") == 0
    assert (pump.deliver(), pump.deliver()) == (1, 0)
    (came,) = receiver.received
    row = Delivery.objects.get(subscription_id=subscription)
    assert (came["genuine"], came["type"], came["id"], came["body"]["id"]) == (
        True,
        "case.opened",
        str(row.key),
        str(row.key),
    )
    assert came["body"]["data"] == {"number": "A1"}
    assert (row.state, row.tries[0]["status"], row.tries[0]["text"]) == ("done", 200, "taken")


def test_what_is_undone_is_told_to_nobody(receiver: Receiver) -> None:
    subscribed(receiver)

    def undone() -> None:
        with unit(SYSTEM):
            publish("A1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    assert (pump.deliver(), Delivery.objects.count()) == (0, 0)


def test_failures_are_tried_again_under_the_same_id_and_hold_back_their_subject_alone(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(receiver, "case.opened", "case.decided")
    for number, kind in (("A1", "case.opened"), ("A1", "case.decided"), ("B1", "case.opened")):
        later(monkeypatch, milliseconds=1)
        publish(number, kind)
    receiver.tell("/faults", fault="500", times=1)
    assert pump.deliver() == 2  # the first of each case
    assert [one["body"]["data"]["number"] for one in receiver.received] == ["B1"]
    assert pump.deliver() == 0
    later(monkeypatch, seconds=6)
    receiver.tell("/faults", fault="drop", times=1)
    assert pump.deliver() == 1
    later(monkeypatch, seconds=40)
    receiver.tell("/faults", fault="302", times=1)
    assert pump.deliver() == 1
    later(monkeypatch, seconds=200)
    assert (pump.deliver(), pump.deliver()) == (1, 1)
    came = [(one["body"]["data"]["number"], one["type"]) for one in receiver.received]
    assert came == [("B1", "case.opened"), ("A1", "case.opened"), ("A1", "case.decided")]
    first = Delivery.objects.get(kind="case.opened", subject="case:A1")
    assert [one["status"] for one in first.tries] == [500, 0, 302, 200]


def test_after_days_without_an_answer_the_address_is_switched_off_and_can_be_taken_up_again(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscription = subscribed(receiver)
    publish("A1")
    receiver.tell("/faults", fault="500", times=99)
    for _ in range(8):
        pump.deliver()
        later(monkeypatch, days=1)
    with unit(SYSTEM):
        assert Subscription.objects.get().state == "failed"
        assert Delivery.objects.get().state == "failed"
    assert (publish("A2"), pump.deliver()) == (0, 0)
    assert [one.state for one in doctor.findings()] == ["ok", "wrong"]
    receiver.tell("/faults", fault="", times=0)
    webhooks.resume(actor=ADMIN, subscription_id=subscription)
    assert webhooks.replay(actor=ADMIN, subscription_id=subscription, since=clock.now() - timedelta(days=30)) == 1
    assert pump.deliver() == 1
    assert Delivery.objects.get().state == "done"


@pytest.mark.parametrize(("days", "told"), [(29, True), (30, True), (31, False)])
def test_the_doctor_names_clients_whose_time_ends_soon(db: None, days: int, told: bool) -> None:
    accounts.create_division(actor=SYSTEM, code="youth", names={"ja": "子ども課"})
    client = actions.create_client(
        actor=SYSTEM, title="台帳の連携", contact="試験 03-0000-0000", division_code="youth",
        permissions=("eng_cases.case.view",), ends_on=clock.today() + timedelta(days=days), per_minute=60,
    )  # fmt: skip
    assert [one.what for one in doctor.findings()] == ["Webhooks"]  # without a key nothing ends
    actions.make_key(actor=SYSTEM, client_id=client)
    found = [one for one in doctor.findings() if one.what == "API keys"]
    assert [one.state for one in found] == (["wrong"] if told else [])
    assert not told or "台帳の連携" in found[0].detail


def test_what_was_told_is_told_again_by_hand_under_the_same_id(receiver: Receiver) -> None:
    subscription = subscribed(receiver)
    publish("A1")
    publish("B1")
    pump.deliver()
    first = Delivery.objects.get(subject="case:A1")
    assert webhooks.replay(actor=ADMIN, subscription_id=subscription, key=first.key) == 1
    pump.deliver()
    assert [one["id"] for one in receiver.received].count(str(first.key)) == 2
    with pytest.raises(NotFound):
        webhooks.replay(actor=ADMIN, subscription_id=subscription, key=subscription)
    nothing = clock.now() - timedelta(days=1)
    assert webhooks.replay(actor=ADMIN, subscription_id=subscription, until=nothing) == 0


def test_for_a_day_both_secrets_sign(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    subscription = subscribed(receiver)  # the receiver knows the first secret
    webhooks.rotate_secret(actor=ADMIN, subscription_id=subscription)
    publish("A1")
    pump.deliver()
    later(monkeypatch, hours=25)
    publish("A2")
    monkeypatch.setattr(sandbox, "TOLERANCE", 10**9)
    pump.deliver()
    assert [one["genuine"] for one in receiver.received] == [True, False]


def test_a_client_that_ended_is_told_nothing(receiver: Receiver) -> None:
    subscription = subscribed(receiver)
    publish("A1")
    webhooks.unsubscribe(actor=ADMIN, subscription_id=subscription)
    assert (pump.deliver(), publish("A2")) == (0, 0)
    for refusal in (webhooks.resume, webhooks.replay, webhooks.rotate_secret):
        with pytest.raises(Conflict, match=r"api\.subscription_off"):
            refusal(actor=ADMIN, subscription_id=subscription)
    other = Subscription.objects.get(pk=subscribed(receiver))
    actions.stop_client(actor=ADMIN, client_id=other.client_id)
    assert publish("A3") == 0


def test_only_administrators_say_where_events_go(receiver: Receiver) -> None:
    subscription, other = subscribed(receiver), Actor(kind="staff", permissions=frozenset({SCOPE}))
    for refusal in (webhooks.resume, webhooks.replay, webhooks.rotate_secret, webhooks.unsubscribe):
        with pytest.raises(Forbidden):
            refusal(actor=other, subscription_id=subscription)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.example.com/", "api.url"),
        ("ftp://hooks.example.com/", "api.url"),
        ("https://user:pass@hooks.example.com/", "api.url"),
        ("https://hooks.example.com:99999/", "api.url"),
        ("https:///x", "api.url"),
        ("javascript:alert(1)", "api.url"),
        ("https://127.0.0.1/", "api.url_internal"),
        ("https://localhost/", "api.url_internal"),
        ("https://2130706433/", "api.url_internal"),
        ("https://0x7f.1/", "api.url_internal"),
        ("https://10.1.2.3/", "api.url_internal"),
        ("https://169.254.169.254/latest/meta-data/", "api.url_internal"),
        ("https://[::1]/", "api.url_internal"),
        ("https://[::ffff:10.0.0.1]/", "api.url_internal"),
        ("https://[fd00:ec2::254]/", "api.url_internal"),
        ("https://0.0.0.0/", "api.url_internal"),
    ],
)
def test_addresses_inside_are_refused(url: str, code: str) -> None:
    client_id = let_in("youth", [SCOPE])
    with pytest.raises(Invalid) as wrong:
        webhooks.subscribe(actor=ADMIN, client_id=client_id, url=url, wanted=["case.opened"])
    assert wrong.value.fields["url"].code == code
    assert Subscription.objects.count() == 0


def test_kinds_that_the_client_may_not_see_are_refused(receiver: Receiver) -> None:
    client_id = let_in("youth", [SCOPE])
    for wanted in ([], ["charge.settled"], ["nonsense"]):
        with pytest.raises(Invalid) as wrong:
            webhooks.subscribe(actor=ADMIN, client_id=client_id, url=f"{receiver.url}/", wanted=wanted)
        assert set(wrong.value.fields) == {"kinds"}


def _resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """The name means these addresses from now on."""
    real = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 0)) for one in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: real)


def test_a_name_that_changes_its_meaning_is_looked_at_when_it_is_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public when it was entered, inside when it is used."""
    own, port = receiver.url, receiver.url.rpartition(":")[2]
    with monkeypatch.context() as outside:
        _resolving(outside, "93.184.216.34")
        made = webhooks.subscribe(
            actor=ADMIN, client_id=let_in("youth", [SCOPE]), url=f"https://hooks.example.com:{port}/",
            wanted=["case.opened"],
        )  # fmt: skip
        publish("A1")
        for addresses in (["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::1"]):
            _resolving(outside, *addresses)
            with unit(SYSTEM):
                Delivery.objects.update(next_at=clock.now())
            pump.deliver()
    tries = Delivery.objects.get(subscription_id=made.id).tries
    assert [one["text"] for one in tries] == ["refused: internal"] * 3
    assert Receiver(own).received == []


def test_the_connection_goes_to_the_address_that_was_looked_at(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = receiver.url.rpartition(":")[2]
    inside = {"webhooks": {"kind": "sandbox", "url": f"http://hooks.example.com:{port}"}}
    with override_settings(JICHI_PEERS=inside), monkeypatch.context() as outside:
        _resolving(outside, "127.0.0.1")
        asked: list[tuple[str, int]] = []

        def connect(to: tuple[str, int], timeout: float) -> socket.socket:
            asked.append(to)
            made = socket.socket()
            made.settimeout(timeout)
            made.connect(to)
            return made

        outside.setattr(socket, "create_connection", connect)
        assert outgoing.post(f"http://hooks.example.com:{port}/hook", b"{}", {}).status == 200
    assert asked == [("127.0.0.1", int(port))]
    assert Receiver(f"http://127.0.0.1:{port}").received[0]["host"] == f"hooks.example.com:{port}"


def test_who_answers_a_byte_at_a_time_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    door = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{door.getsockname()[1]}"
    over = threading.Event()

    def dribble() -> None:
        caller, _address = door.accept()
        with caller, suppress(OSError):
            while not over.wait(0.05):
                caller.send(b"H")

    thread = threading.Thread(target=dribble, daemon=True)
    thread.start()
    monkeypatch.setattr(outgoing, "DEADLINE", 0.2)
    with override_settings(JICHI_PEERS={"webhooks": {"kind": "sandbox", "url": url}}):
        assert outgoing.post(f"{url}/", b"{}", {}).status == 0
    over.set()
    thread.join()
    door.close()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1:248:1893:25c8:1946", True), ("100.64.0.1", False),
        ("192.168.1.1", False), ("172.31.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False),
        ("fe80::1%eth0", False), ("64:ff9b::a00:1", False), ("64:ff9b::5db8:d822", True), ("2002:0a00:0001::", False),
        ("::", False), ("nonsense", False),
    ],
)  # fmt: skip
def test_public_addresses(address: str, public: bool) -> None:
    assert rules.is_public(address) is public


def test_networks_that_settings_name_are_reached() -> None:
    assert rules.within("10.1.2.3", ["10.1.0.0/16"])
    assert not rules.within("10.2.2.3", ["10.1.0.0/16"])
    assert not rules.within("10.1.2.3", ["nonsense"])


def test_waits_grow_to_half_a_day() -> None:
    waits = [rules.next_delay(failed, 0) for failed in range(1, 13)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (5, 43200)
    assert sum(waits) < rules.GIVE_UP_DAYS * 86400
