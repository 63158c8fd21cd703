"""Web registration: what the bank says counts once, in whatever order; what it did not sign counts for nothing."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from jichi.design.readings import missing_readings
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.engines.collection.tests.town import PAYER
from jichi.engines.mandates import queries as mandates
from jichi.engines.mandates.tests.keys import sealing_key
from jichi.engines.registry.events import Departure, ResidentsLeft
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable

from .. import actions, protocol
from ..handlers import on_residents_left
from ..models import Entry, Registration
from ..rules.names import differs
from ..rules.registering import Hours, State, next_look, verdict
from . import desk as desks
from .desk import KIND, SYSTEM, Desk, at_bank, told

SECRET = "shared"


@pytest.fixture
def desk(db: None, settings: Any) -> Iterator[Desk]:
    settings.JICHI_PEERS = {
        **settings.JICHI_PEERS,
        "debit_bank": {"kind": "sandbox", "url": "http://localhost:1", "secret": SECRET},
    }
    with sealing_key():
        yield desks.build()


@pytest.mark.parametrize(
    ("ours", "word", "found"),
    [
        ("open", "done", "take"), ("open", "failed", "take"), ("open", "open", "same"), ("done", "done", "same"),
        ("failed", "done", "late"), ("expired", "done", "late"), ("cancelled", "failed", "same"),
        ("done", "failed", "contradicts"), ("done", "cancelled", "contradicts"),
    ],
)  # fmt: skip
def test_the_bank_registering_it_always_wins(ours: State, word: State, found: str) -> None:
    assert verdict(ours, word) == found


@pytest.mark.parametrize(
    ("opens", "closes", "closed", "at", "is_open"),
    [
        (time(7), time(23), (), (22, 22, 59), True),
        (time(7), time(23), (), (22, 23, 0), False),
        (time(7), time(23), (6,), (22, 12, 0), False),
        (time(0), time(0), (), (22, 3, 0), True),
        (time(22), time(6), (), (22, 3, 0), True),
        (time(22), time(6), (), (22, 12, 0), False),
    ],
)  # fmt: skip
def test_banks_have_hours(
    opens: time, closes: time, closed: tuple[int, ...], at: tuple[int, int, int], is_open: bool
) -> None:
    moment = datetime(2026, 11, *at, tzinfo=clock.TOKYO)
    assert Hours(opens, closes, closed).is_open(moment) is is_open


def test_the_bank_is_asked_less_and_less_often() -> None:
    assert next_look(timedelta(0)) == timedelta(seconds=10)
    assert next_look(timedelta(hours=1)) == timedelta(minutes=30)
    assert next_look(timedelta(days=4)) is None


@pytest.mark.parametrize(
    ("kana", "holder", "is_other"),
    [("ヤマダ　サクラ", "ﾔﾏﾀﾞ ｻｸﾗ", False), ("ヤマダ　サクラ", "ﾔﾏﾀﾞｻｸﾗ", False), ("ヤマダ サクラ", "ﾔﾏﾀﾞ ｹﾝ", True),
     ("", "ﾔﾏﾀﾞ", False)],
)  # fmt: skip
def test_names_are_compared_as_banks_write_them(kana: str, holder: str, is_other: bool) -> None:
    assert differs(kana, holder) is is_other


def test_a_signature_covers_time_method_path_and_body() -> None:
    header = protocol.sign(SECRET, at=1000, method="POST", path="/x/", body=b"{}")
    right = {"secret": SECRET, "now": 1000, "method": "POST", "path": "/x/", "body": b"{}"}
    protocol.verify(header, **right)  # type: ignore[arg-type] # the right types, one by one
    for wrong in (
        {"secret": "other"},
        {"secret": ""},
        {"now": 1301},
        {"method": "GET"},
        {"path": "/y/"},
        {"body": b""},
    ):
        with pytest.raises(protocol.BadSignatureError):
            protocol.verify(header, **{**right, **wrong})  # type: ignore[arg-type]


WORDS = [("done", ""), ("done", ""), ("failed", "other"), ("expired", "")]


@pytest.mark.parametrize("order", sorted(set(itertools.permutations(range(4), 3))), ids=str)
def test_in_any_order_what_the_bank_registered_is_registered_once(desk: Desk, order: tuple[int, ...]) -> None:
    row = at_bank(desk)
    for place in order:
        state, reason = WORDS[place]
        actions.settle(actor=SYSTEM, word=told(row, state, reason=reason))
    assert desks.now(row.pk).state == "done"
    with unit(SYSTEM):
        assert [(one.state, one.kind, one.account) for one in mandates.of_payer(PAYER)] == [
            ("live", KIND, "普通 ****567")
        ]


def test_done_says_from_when_and_tells_the_person(desk: Desk) -> None:
    row = at_bank(desk)
    assert actions.settle(actor=SYSTEM, word=told(row)) == "take"
    found = desks.now(row.pk)
    assert found.since is not None
    assert found.since.day == 1
    assert found.since >= clock.today() + timedelta(days=20)
    page = signed_in(desk).get(f"/debit/{row.pk}/")
    assert "口座振替の登録が終わりました" in page.content.decode()
    assert page.content.decode().count("<h1") == 1
    assert f"{found.since.year}年{found.since.month}月の納期の分から" in page.content.decode()


def test_a_word_about_nothing_of_ours_changes_nothing(desk: Desk) -> None:
    row = at_bank(desk)
    wrong = told(row)
    for word in (
        protocol.Word(ref="rg_other", reference=row.pk, state="done"),
        protocol.Word(ref=wrong.ref, reference=None, state="done"),
    ):
        assert actions.settle(actor=SYSTEM, word=word) == "unknown"
    with pytest.raises(Forbidden):
        actions.settle(actor=desk.payer, word=wrong)
    assert desks.now(row.pk).state == "open"


def test_another_name_and_another_live_account_are_work_for_somebody(desk: Desk) -> None:
    first = at_bank(desk, kana="ノウゼイ ハナコ")
    actions.settle(actor=SYSTEM, word=told(first, holder="ﾉｳｾﾞｲ ﾀﾛｳ"))
    second = at_bank(desk)
    actions.settle(actor=SYSTEM, word=told(second, account="7654321"))
    with unit(desk.clerk):
        assert sorted(Entry.objects.values_list("kind", flat=True)) == ["duplicate", "holder"]
    with unit(desk.stranger):
        assert not Entry.objects.exists()
        assert not Registration.objects.exists()
    with unit(SYSTEM):
        assert len(mandates.of_payer(PAYER)) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [({"kinds": []}, "kinds"), ({"kinds": ["after-school"]}, "kinds"), ({"bank": "9999"}, "bank"),
     ({"agreed": False}, "agreed")],
)  # fmt: skip
def test_what_is_missing_is_said_and_nobody_is_sent_to_the_bank(desk: Desk, given: dict[str, Any], field: str) -> None:
    right: dict[str, Any] = {"kinds": [KIND], "bank": "0001", "agreed": True, "language": "ja"}
    with pytest.raises(Invalid) as refused:
        actions.start_registration(actor=desk.payer, **{**right, **given})
    assert set(refused.value.fields) == {field}
    with pytest.raises(Unavailable, match=r"debit\.away"):  # nobody listens at the port of these settings
        actions.start_registration(actor=desk.payer, **right)
    actions.set_bank(
        actor=SYSTEM, code="0001", title="x", partner="b", opens=time(1), closes=time(1), closed_weekdays=range(7)
    )
    with pytest.raises(Unavailable, match=r"debit\.bank_closed"):
        actions.start_registration(actor=desk.payer, **right)
    with unit(SYSTEM):
        assert not Registration.objects.exists()


def test_a_payer_stops_their_own_and_nobody_elses(desk: Desk) -> None:
    actions.settle(actor=SYSTEM, word=told(at_bank(desk)))
    with unit(SYSTEM):
        made = mandates.of_payer(PAYER)[0].id
    with pytest.raises(NotFound):
        actions.stop_mandate(actor=desk.neighbour, mandate_id=made)
    visitor = signed_in(desk)
    assert "****567" in visitor.get(f"/debit/accounts/{made}/").content.decode()
    assert not missing_readings(visitor.get("/easy/debit/").content.decode())
    visitor.post(f"/debit/accounts/{made}/stop/")
    with unit(SYSTEM):
        assert [(one.state, one.reason) for one in mandates.of_payer(PAYER)] == [("ended", "asked")]


@pytest.mark.parametrize(("state", "stands"), [("deceased", "ended"), ("moved_out", "live")])
def test_who_died_is_debited_no_more_and_leaving_is_work(desk: Desk, state: str, stands: str) -> None:
    actions.settle(actor=SYSTEM, word=told(at_bank(desk)))
    gone = Departure(addressee_no=PAYER, state=state, on=clock.today())
    for _ in range(2):
        on_residents_left(ResidentsLeft(load_id=1, people=(gone,)))
    with unit(SYSTEM):
        assert [one.state for one in mandates.of_payer(PAYER)] == [stands]
        assert Entry.objects.filter(kind="left").count() == 1


def test_an_entry_is_closed_with_words_once(desk: Desk) -> None:
    actions.settle(actor=SYSTEM, word=told(at_bank(desk, kana="ベツ ジン")))
    with unit(SYSTEM):
        entry = Entry.objects.get()
    with pytest.raises(Invalid):
        actions.close_entry(actor=desk.clerk, id=entry.pk, note=" ")
    with pytest.raises(NotFound):
        actions.close_entry(actor=desk.stranger, id=entry.pk, note="x")
    actions.close_entry(actor=desk.clerk, id=entry.pk, note="本人に確かめた")
    with pytest.raises(Conflict):
        actions.close_entry(actor=desk.clerk, id=entry.pk, note="もう一度")


def signed_in(desk: Desk) -> Client:
    assert desk.payer.account_id is not None
    return browser(desk.payer.account_id)


def test_a_callback_counts_only_where_the_bank_signed_it(desk: Desk) -> None:
    row = at_bank(desk)
    body = json.dumps({"registration": {
        "id": row.provider_ref, "reference": str(row.pk), "status": "registered",
        "account": {"branch": "001", "type": "1", "account": "1234567", "holder": "ﾉｳｾﾞｲ ﾊﾅｺ"},
    }}).encode()  # fmt: skip
    path, at = "/api/debit/callback/", int(clock.now().timestamp())

    def send(secret: str, moment: int = at) -> int:
        header = protocol.sign(secret, at=moment, method="POST", path=path, body=body)
        return Client().post(path, body, "application/json", headers={protocol.HEADER: header}).status_code

    assert (send("forged"), send(SECRET, at - 900), desks.now(row.pk).state) == (400, 400, "open")
    assert (send(SECRET), send(SECRET), desks.now(row.pk).state) == (200, 200, "done")


def test_an_address_that_the_bank_did_not_sign_ends_nothing(desk: Desk) -> None:
    row = at_bank(desk)
    visitor = signed_in(desk)
    answer = visitor.get(f"/debit/{row.pk}/return/?ref={row.provider_ref}&state=n&status=registered&sig=x")
    assert answer.status_code == 302
    assert (desks.now(row.pk).state, desks.now(row.pk).returned_at) == ("open", None)
