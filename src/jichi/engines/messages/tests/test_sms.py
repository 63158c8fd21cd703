"""From the outbox over the gateway onto a telephone: taken, refused, broken off, reported, passed on."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import queries as inbox
from jichi.engines.messages import queries
from jichi.engines.messages.actions import retry_delivery, send_message, set_preference, take_receipt
from jichi.engines.messages.models import Delivery
from jichi.engines.messages.pump import pump
from jichi.engines.messages.routing import route
from jichi.engines.messages.tests.gateways import PHONE, SECRET, Gateway, Listener, link, post, reachable, rows, until
from jichi.engines.messages.tests.post import ACTOR, Post, a_division, only, resident, send
from jichi.engines.messages.upkeep import ask_for_receipts
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 10, 12, 0, tzinfo=TOKYO)
RECEIPTS = "/api/messages/sms/receipts/"


def sent_by_sms() -> None:
    send(reachable("sms"))
    assert route() == 1
    assert pump("mail") == 0
    assert pump("sms") == 1


def test_who_chose_sms_gets_a_few_words_on_the_telephone(sms: Gateway) -> None:
    sent_by_sms()
    (one,) = sms.came()
    assert one["to"] == PHONE
    assert one["text"] == (
        "みどり区からお知らせがあります。受付番号K7M4-2QF9。マイページをご覧ください。\nhttp://localhost:8000/my/"
    )
    assert rows() == [("sms", "sent", "", False)]
    assert one["id"] == str(only().message_id) == str(only().key)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("easy", "みどり区から お知らせです。番号K7M4-2QF9。マイページを 見てください。"),
        ("en", "A notice from みどり区. No. K7M4-2QF9. See My page."),
        ("zh-hans", "みどり区有通知给您。受理编号K7M4-2QF9。请查看我的页面。"),
        ("ko", "みどり区의 알림입니다. 접수번호 K7M4-2QF9. 마이페이지를 확인하세요."),
    ],
)
def test_it_is_written_in_the_language_of_the_account(sms: Gateway, language: str, text: str) -> None:
    send(reachable("sms", language=language))
    route()
    pump("sms")
    (one,) = sms.came()
    assert one["text"].splitlines()[0] == text


def test_a_case_rings_once_in_some_days_where_the_house_says_so(sms: Gateway, post: Post, settings: object) -> None:
    settings.JICHI_PEERS = {"sms": {**sms.peer, "per_case_days": 3}}  # type: ignore[attr-defined] # pytest-django's settings
    person = reachable("sms")
    for hours, key in ((0, "1"), (1, "2"), (73, "3")):
        with clock.standing_at(clock.now() + timedelta(hours=hours)):
            send(person, key=key)
            route()
            assert queries.told_by(person.pk, "notice.arrived") == "sms"
    with unit(ACTOR):
        assert list(Delivery.objects.order_by("id").values_list("channel", flat=True)) == ["sms", "mail", "sms"]
    settings.JICHI_PEERS = {"sms": {**sms.peer, "per_case_days": "often"}}  # type: ignore[attr-defined] # pytest-django's settings
    assert queries.told_by(person.pk, "notice.arrived") == "mail"
    assert any("per_case_days" in finding.detail for finding in queries.findings())


def test_who_did_not_choose_it_gets_mail(sms: Gateway, post: Post) -> None:
    account = reachable("sms", topics=("reminders",))
    send(account)
    route()
    assert pump("sms") == 0
    assert pump("mail") == 1
    assert rows() == [("mail", "sent", "", False)]
    assert sms.came() == []


def test_the_security_of_the_account_is_told_by_mail_alone(sms: Gateway, post: Post) -> None:
    account = reachable("sms", topics=("security",))
    send(account, template="account.second_factor_reset", about="")
    route()
    pump("sms")
    pump("mail")
    assert rows() == [("mail", "sent", "", False)]


def test_the_receipt_says_that_it_arrived(sms: Gateway, listener: Listener) -> None:
    sent_by_sms()
    assert listener.hand_on(1) == [204]
    assert (only().state, only().receipt) == ("sent", "delivered")


@pytest.mark.parametrize("fault", ["undelivered", "expired", "rejected"])
def test_what_the_carrier_gives_back_goes_on_by_mail(sms: Gateway, listener: Listener, post: Post, fault: str) -> None:
    sms.fault(fault)
    sent_by_sms()
    assert rows() == [("sms", "sent", "", False)]
    assert listener.hand_on(1) == [204]
    assert rows() == [("sms", "failed", f"sms.{fault}", True), ("mail", "pending", "", False)]
    pump("mail")
    assert len(post.mails()) == 1
    with unit(ACTOR):
        assert queries.board(ACTOR) == ()
        assert [(d.channel, d.state) for d in queries.deliveries_about("K7M42QF9")] == [("mail", "sent")]


def test_receipts_twice_late_or_out_of_order_change_nothing_more(sms: Gateway, listener: Listener) -> None:
    sms.fault("twice", times=1)
    sent_by_sms()
    key = only().key
    assert listener.hand_on(2) == [204, 204]
    take_receipt(actor=ACTOR, key=key, status="undelivered")
    take_receipt(actor=ACTOR, key=key, status="accepted")
    assert rows() == [("sms", "sent", "", False)]
    take_receipt(actor=ACTOR, key=only().message.account_id or key, status="delivered")  # a key nobody knows


def test_a_late_receipt_corrects_what_had_been_given_up(sms: Gateway, listener: Listener, post: Post) -> None:
    sms.fault("undelivered")
    sent_by_sms()
    listener.hand_on(1)
    take_receipt(actor=ACTOR, key=first_key(), status="delivered")
    assert rows() == [("sms", "sent", "", True), ("mail", "pending", "", False)]


def first_key() -> UUID:
    with unit(ACTOR):
        return Delivery.objects.order_by("id")[0].key


def test_a_receipt_faster_than_the_answer_is_not_lost(sms: Gateway, post: Post) -> None:
    send(reachable("sms"))
    route()

    def reported(step: str) -> None:
        if step == "answered":
            take_receipt(actor=ACTOR, key=first_key(), status="undelivered")

    pump("sms", at_step=reported)
    assert rows() == [("sms", "failed", "sms.undelivered", True), ("mail", "pending", "", False)]


def test_reports_that_are_not_signed_are_refused(sms: Gateway, listener: Listener) -> None:
    sms.fault("undelivered")
    sent_by_sms()
    until(lambda: listener.heard, "no report")
    path, headers, body = listener.heard[0]
    client = Client()
    for wrong in (
        {**headers, "X-Signature": "0" * 64}, {**headers, "X-Timestamp": "1"},
        {k: v for k, v in headers.items() if k.lower() != "x-signature"},
    ):  # fmt: skip
        assert post_report(client, path, wrong, body) == 401
    assert post_report(client, path, headers, body + b" ") == 401
    assert rows() == [("sms", "sent", "", False)]
    assert post_report(client, path, headers, body) == 204


def post_report(client: Client, path: str, headers: dict[str, str], body: bytes) -> int:
    status: int = post(client, path, headers, body).status_code
    return status


def test_the_gateway_is_away_and_comes_back(sms: Gateway) -> None:
    sms.fault("refuse")
    with clock.standing_at(NOON):
        sent_by_sms()
    assert rows() == [("sms", "pending", "sms.server_away", False)]
    assert only().next_attempt_at is not None
    sms.fault("")
    until(sms.answers, "the sandbox does not listen again")
    with clock.standing_at(NOON + timedelta(seconds=40)):
        assert pump("sms") == 1
    assert rows() == [("sms", "sent", "", False)]
    assert len(sms.came()) == 1


@pytest.mark.parametrize(("fault", "error"), [("503", "sms.busy:503"), ("429", "sms.busy:429")])
def test_a_busy_gateway_is_tried_again(sms: Gateway, fault: str, error: str) -> None:
    sms.fault(fault, times=1)
    with clock.standing_at(NOON):
        sent_by_sms()
    assert rows() == [("sms", "pending", error, False)]
    with clock.standing_at(NOON + timedelta(minutes=1)):
        pump("sms")
    assert len(sms.came()) == 1


def test_a_number_that_takes_none_goes_on_by_mail(sms: Gateway, post: Post) -> None:
    sms.fault("400")
    sent_by_sms()
    assert rows() == [("sms", "failed", "sms.refused:400", True), ("mail", "pending", "", False)]
    pump("mail")
    assert len(post.mails()) == 1


@pytest.mark.parametrize("fault", ["drop", "die"])
def test_a_line_cut_after_taking_is_uncertain_and_settled_by_asking(sms: Gateway, fault: str) -> None:
    sms.fault(fault, times=1)
    with clock.standing_at(NOON):
        sent_by_sms()
    assert rows() == [("sms", "uncertain", "sms.broken_off", False)]
    if fault == "die":
        sms.stop()
        sms.start()
    with clock.standing_at(NOON + timedelta(minutes=1)):
        pump("sms")
    assert rows() == [("sms", "sent", "", False)]
    assert len(sms.came()) == 1


def test_what_never_arrived_there_is_sent_after_asking(sms: Gateway) -> None:
    with unit(ACTOR):
        send(reachable("sms"))
        route()
        Delivery.objects.update(state="uncertain", uncertain=1)
    pump("sms")
    assert rows() == [("sms", "sent", "", False)]
    assert len(sms.came()) == 1


@pytest.mark.parametrize(
    ("moment", "waits_until"),
    [
        (NOON, None), (NOON.replace(hour=20), NOON.replace(day=11, hour=9)),
        (NOON.replace(hour=5), NOON.replace(hour=9)),
        (NOON.replace(day=14), NOON.replace(day=15, hour=9)),
    ],
)  # fmt: skip
def test_no_telephone_rings_at_night_or_on_a_sunday(
    sms: Gateway, settings: object, moment: datetime, waits_until: datetime | None
) -> None:
    settings.JICHI_PEERS = {"sms": {**sms.peer, "kind": "gateway"}}  # type: ignore[attr-defined] # pytest-django's settings
    with clock.standing_at(moment):
        sent_by_sms()
    if waits_until is None:
        assert rows() == [("sms", "sent", "", False)]
        return
    assert rows() == [("sms", "pending", "sms.quiet_hours", False)]
    assert (only().next_attempt_at, only().attempts) == (waits_until, 0)
    with clock.standing_at(waits_until):
        assert pump("sms") == 1
    assert len(sms.came()) == 1


def test_what_may_have_arrived_does_not_ring_at_night_either(sms: Gateway, settings: object) -> None:
    settings.JICHI_PEERS = {"sms": {**sms.peer, "kind": "gateway"}}  # type: ignore[attr-defined] # pytest-django's settings
    with clock.standing_at(NOON):
        send(reachable("sms"))
        route()
    with unit(ACTOR):
        Delivery.objects.update(state="uncertain", uncertain=1, next_attempt_at=NOON)
    with clock.standing_at(NOON.replace(hour=23)):
        pump("sms")
    assert rows() == [("sms", "uncertain", "sms.quiet_hours", False)]
    assert sms.came() == []


def test_one_channel_down_does_not_hold_up_another(sms: Gateway, line: Gateway, post: Post) -> None:
    sms.fault("refuse")
    send(reachable("sms"), "by-sms")
    other = resident("b@example.jp")
    send(other, "by-mail")
    third = resident("c@example.jp")
    link(third.pk, "line")
    send(third, "by-line")
    route()
    pump("mail")
    pump("line")
    assert sorted(rows()) == [("line", "sent", "", False), ("mail", "sent", "", False), ("sms", "pending", "", False)]


def test_when_every_way_fails_an_official_is_told_once(sms: Gateway, line: Gateway, post: Post) -> None:
    division = a_division()
    account = reachable("sms")
    link(account.pk, "line")
    line.fault("400")
    sms.fault("400")
    post.fault("550")
    number = send(account, division_id=division.pk, alert_url_path="/staff/cases/1/")
    route()
    for channel in ("line", "sms", "mail"):
        assert pump(channel) == 1
    assert rows() == [
        ("line", "failed", "line.refused:400", True), ("sms", "failed", "sms.refused:400", True),
        ("mail", "failed", "mail.refused:550", False),
    ]  # fmt: skip
    with unit(ACTOR):
        items = inbox.items_about(f"eng_messages:message:{number}")
    assert [item.title for item in items] == [{"ja": "メールが届きませんでした"}]


def test_a_channel_that_is_switched_off_loses_nothing(sms: Gateway, settings: object, post: Post) -> None:
    send(reachable("sms"))
    route()
    settings.JICHI_PEERS = {}  # type: ignore[attr-defined] # pytest-django's settings
    pump("sms")
    pump("mail")
    assert rows() == [("sms", "failed", "sms.off", True), ("mail", "sent", "", False)]


def test_who_takes_their_choice_back_before_it_goes_out_gets_mail(sms: Gateway, post: Post) -> None:
    account = reachable("sms")
    send(account)
    route()
    set_preference(actor=Actor(kind="resident", account_id=account.pk), topic="cases", channel="sms", wanted=False)
    pump("sms")
    pump("mail")
    assert rows() == [("sms", "suppressed", "sms.not_wanted", True), ("mail", "sent", "", False)]


def test_an_official_sends_again_under_a_new_key(sms: Gateway, listener: Listener) -> None:
    sms.fault("undelivered", times=1)
    account = reachable("sms")
    set_preference(actor=Actor(kind="resident", account_id=account.pk), topic="cases", wanted=False)
    send(account)
    route()
    pump("sms")
    listener.hand_on(1)
    assert rows() == [("sms", "failed", "sms.undelivered", False)]
    official = Actor(kind="staff", permissions=frozenset({"messages.board"}))
    retry_delivery(actor=official, delivery_id=only().pk, reason="本人が電源を入れた")
    pump("sms")
    listener.hand_on(1)
    assert (only().state, only().receipt) == ("sent", "delivered")
    assert len({one["id"] for one in sms.came()}) == 2


def test_a_receipt_that_never_comes_is_asked_for_and_then_given_up(sms: Gateway) -> None:
    sms.fault("silent")
    with clock.standing_at(NOON):
        sent_by_sms()
    with clock.standing_at(NOON + timedelta(hours=25)):
        ask_for_receipts()
    assert only().receipt == ""
    (one,) = sms.came()
    with clock.standing_at(NOON + timedelta(hours=73)):
        ask_for_receipts()
    assert (only().state, only().receipt) == ("sent", "none")
    sms.box.put("messages", one["id"], {**one, "status": "delivered"})
    with unit(ACTOR):
        Delivery.objects.update(receipt="", receipt_at=None)
    with clock.standing_at(NOON + timedelta(hours=25)):
        ask_for_receipts()
    assert only().receipt == "delivered"


def test_a_gateway_with_other_words_and_a_token(sms: Gateway, settings: object) -> None:
    told = {
        "kind": "gateway", "url": sms.url, "secret": SECRET, "sign": "token", "fields": {"id": "messageId"},
        "statuses": {"DELIVRD": "delivered"}, "hours": [0, 24], "sundays": True,
    }  # fmt: skip
    settings.JICHI_PEERS = {"sms": told}  # type: ignore[attr-defined] # pytest-django's settings
    send(reachable("sms"))
    route()
    with unit(ACTOR):
        Delivery.objects.update(state="uncertain", uncertain=1)
    key = only().key
    client = Client()
    report = {"messageId": str(key), "status": "DELIVRD"}
    bearer = {"Authorization": f"Bearer {SECRET}"}
    wrong = client.post(RECEIPTS, report, content_type="application/json", headers={"Authorization": "Bearer x"})
    assert (wrong.status_code, only().receipt) == (401, "")
    assert client.post(RECEIPTS, report, content_type="application/json", headers=bearer).status_code == 204
    assert (only().state, only().receipt) == ("sent", "delivered")
    for bad in (b"no json", b"[]", b'{"messageId": "x"}'):
        assert client.post(RECEIPTS, bad, content_type="application/json", headers=bearer).status_code == 400


def test_without_a_gateway_nobody_can_report() -> None:
    assert Client().post(RECEIPTS, {}, content_type="application/json").status_code == 401


def test_wrong_settings_are_told_by_doctor_and_send_nothing(settings: object) -> None:
    settings.JICHI_PEERS = {"sms": {"kind": "gateway", "url": "http://x.invalid", "secret": "s", "hours": "9-20"}}  # type: ignore[attr-defined] # pytest-django's settings
    found = {f.what: (f.state, f.detail) for f in queries.findings()}
    assert found["SMS gateway"] == ("wrong", "sms: hours are two numbers, [9, 20]")
    send(reachable("sms"))
    route()
    assert rows() == [("mail", "pending", "", False)]


def test_two_with_the_same_key_are_one_message(sms: Gateway) -> None:
    account = reachable("sms")
    numbers = {
        send_message(actor=ACTOR, template="notice.arrived", dedupe_key="same", account_id=account.pk) for _ in range(2)
    }
    route()
    pump("sms")
    assert len(numbers) == len(sms.came()) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM eng_messages_delivery")
        assert cursor.fetchone() == (1,)
