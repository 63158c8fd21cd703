"""From the outbox over real SMTP into a mailbox: taken, refused, broken off, again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection

from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import queries as inbox
from jichi.engines.messages.actions import retry_delivery, send_message, set_preference
from jichi.engines.messages.models import Delivery, Message
from jichi.engines.messages.pump import pump
from jichi.engines.messages.tests.post import ACTOR, Post, a_division, only, resident, send
from jichi.kernel import clock, trace
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Forbidden, Invalid, NotFound

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 10, 12, 0, tzinfo=TOKYO)


def test_a_message_arrives_once_with_number_and_our_address_only(post: Post) -> None:
    number = send(resident())
    assert pump() == 1
    assert pump() == 0
    (mail,) = post.mails()
    assert mail.to == "hanako@example.jp"
    assert mail.sender == "みどり区 <noreply@midori.example>"
    assert mail.subject == "みどり区からお知らせがあります(受付番号 K7M4-2QF9)"
    assert mail.message_id == f"<{number}@midori.example>"
    assert mail.body.splitlines()[:4] == [
        "お知らせがあります。", "", "受付番号 K7M4-2QF9", "http://localhost:8000/items/K7M4-2QF9/",
    ]  # fmt: skip
    assert (only().state, only().attempts, only().uncertain) == ("sent", 1, 0)


def test_each_delivery_is_a_span_of_its_round_and_names_nobody(post: Post) -> None:
    for name in ("a", "b"):
        send(resident(email=f"{name}@example.jp"), key=name)
    spans: list[trace.Span] = []
    trace.export_to(spans.append)
    try:
        assert pump() == 2
        assert pump() == 0
    finally:
        trace.export_to(None)
    *deliveries, of_round = spans
    assert [one.name for one in spans] == ["mail delivery", "mail delivery", "mail outbox"]
    assert {(one.trace_id, one.parent_id) for one in deliveries} == {(of_round.trace_id, of_round.span_id)}


@pytest.mark.parametrize(
    ("language", "subject", "path"),
    [
        ("easy", "みどり区から お知らせが あります(番号 K7M4-2QF9)", "/easy/items/K7M4-2QF9/"),
        ("en", "You have a notice from みどり区 (reference number K7M4-2QF9)", "/en/items/K7M4-2QF9/"),
        ("zh-hans", "みどり区有通知给您(受理编号 K7M4-2QF9)", "/zh-hans/items/K7M4-2QF9/"),
        ("ko", "みどり区에서 알림이 있습니다 (접수번호 K7M4-2QF9)", "/ko/items/K7M4-2QF9/"),
    ],
)
def test_it_is_written_in_the_language_of_the_account(post: Post, language: str, subject: str, path: str) -> None:
    send(resident(language=language))
    pump()
    (mail,) = post.mails()
    assert mail.subject == subject
    assert f"http://localhost:8000{path}" in mail.body.splitlines()


def test_a_correction_says_by_when(post: Post) -> None:
    send(
        resident(), template="correction.requested",
        params={"url_path": "/items/K7M4-2QF9/", "due_on": NOON.date() + timedelta(days=14)},
    )  # fmt: skip
    pump()
    (mail,) = post.mails()
    first = "みどり区です。申請の確認をお願いします。6月24日まで。受付番号K7M4-2QF9。マイページをご覧ください。"
    assert mail.body.splitlines()[0] == first
    assert len(first) <= 70
    assert "期限 2026年6月24日(水)" in mail.body.splitlines()


def test_the_same_key_makes_one_message(post: Post) -> None:
    account = resident()
    assert send(account, "eng_cases:case:1:received") == send(account, "eng_cases:case:1:received")
    pump()
    assert len(post.mails()) == 1


def test_a_rolled_back_act_sends_nothing(post: Post) -> None:
    account = resident()
    with pytest.raises(RuntimeError, match="the act failed"), unit(ACTOR):  # noqa: PT012 - the failing act
        send(account)
        raise RuntimeError("the act failed")
    assert pump() == 0
    assert post.mails() == ()


def test_the_server_is_down_and_comes_back(post: Post) -> None:
    post.fault("refuse")
    with clock.standing_at(NOON):
        send(resident())
        assert pump() == 1
    waiting = only()
    assert (waiting.state, waiting.last_error, waiting.attempts) == ("pending", "mail.server_away", 1)
    assert waiting.next_attempt_at is not None
    assert timedelta(seconds=24) <= waiting.next_attempt_at - NOON <= timedelta(seconds=36)
    post.fault("")
    with clock.standing_at(NOON + timedelta(seconds=20)):
        assert pump() == 0
    post.stop()
    post.start()
    with clock.standing_at(NOON + timedelta(seconds=40)):
        assert pump() == 1
    assert only().state == "sent"
    assert len(post.mails()) == 1


def test_while_the_server_is_away_waits_stay_short_and_nothing_is_given_up_for_five_days(post: Post) -> None:
    post.stop()
    moment = NOON
    with clock.standing_at(moment):
        send(resident())
    for _ in range(30):
        with clock.standing_at(moment):
            pump()
        waiting = only()
        assert waiting.state == "pending"
        assert waiting.next_attempt_at is not None
        assert waiting.next_attempt_at - moment <= timedelta(minutes=6)
        moment = waiting.next_attempt_at
    with clock.standing_at(NOON + timedelta(days=5, hours=1)):
        pump()
    assert (only().state, only().last_error) == ("failed", "mail.server_away")


def test_a_temporary_refusal_is_tried_again_later(post: Post) -> None:
    post.fault("451", times=1)
    with clock.standing_at(NOON):
        send(resident())
        pump()
    assert (only().state, only().last_error) == ("pending", "mail.refused:451")
    with clock.standing_at(NOON + timedelta(minutes=2)):
        pump()
    assert only().state == "sent"
    assert len(post.mails()) == 1


def test_a_permanent_refusal_fails_at_once_and_tells_the_division(post: Post) -> None:
    division = a_division()
    post.fault("550", times=1)
    send(resident(), division_id=division.pk, alert_url_path="/staff/cases/1/")
    pump()
    assert (only().state, only().last_error) == ("failed", "mail.refused:550")
    with unit(ACTOR):
        (item,) = inbox.items_about(f"eng_messages:message:{only().message_id}")
    assert (item.division_id, item.kind, item.title, item.url_path, item.about) == (
        division.pk, "check", {"ja": "メールが届きませんでした"}, "/staff/cases/1/", "K7M42QF9",
    )  # fmt: skip


def test_a_line_cut_after_the_text_is_uncertain_and_sent_again_under_the_same_id(post: Post) -> None:
    post.fault("drop", times=1)
    with clock.standing_at(NOON):
        send(resident())
        pump()
    assert (only().state, only().last_error, only().uncertain) == ("uncertain", "mail.broken_off", 1)
    assert len(post.mails()) == 1
    with clock.standing_at(NOON + timedelta(minutes=2)):
        pump()
    assert only().state == "sent"
    first, second = post.mails()
    assert first.message_id == second.message_id


def test_a_server_that_dies_after_taking_leaves_it_uncertain(post: Post) -> None:
    post.fault("die", times=1)
    with clock.standing_at(NOON):
        send(resident())
        pump()
    assert only().state == "uncertain"
    post.stop()
    post.start()
    with clock.standing_at(NOON + timedelta(minutes=2)):
        pump()
    assert only().state == "sent"
    assert len({mail.message_id for mail in post.mails()}) == 1


def test_after_five_uncertain_tries_it_fails_instead_of_flooding_the_reader(post: Post) -> None:
    post.fault("drop")
    moment = NOON
    with clock.standing_at(moment):
        send(resident())
    for _ in range(10):
        with clock.standing_at(moment):
            pump()
        moment += timedelta(days=1)
    assert (only().state, only().last_error) == ("failed", "mail.uncertain")
    assert len(post.mails()) == 5


@pytest.mark.parametrize(
    "address",
    ["no-at.example", "a b@example.jp", "a@example.jp\r\nBcc: b@example.jp", "<a@example.jp>", "あ@example.jp"],
)
def test_a_bad_address_fails_and_the_next_mail_goes_out(post: Post, address: str) -> None:
    send(None, email=address, language="ja")
    send(resident())
    pump()
    with unit(ACTOR):
        states = dict(Delivery.objects.values_list("message__email", "state"))
        codes = set(Delivery.objects.filter(state="failed").values_list("last_error", flat=True))
    assert states == {address: "failed", "": "sent"}
    assert codes == {"mail.bad_address"}
    assert len(post.mails()) == 1


def test_what_a_person_refused_is_not_sent_and_what_is_always_sent_is(post: Post) -> None:
    account = resident()
    actor = Actor(kind="resident", account_id=account.pk)
    set_preference(actor=actor, topic="cases", wanted=False)
    send(account)
    send(account, template="correction.requested", params={"url_path": "/", "due_on": "2026-06-24"})
    pump()
    with unit(ACTOR):
        states = dict(Delivery.objects.values_list("message__template", "state"))
    assert states == {"notice.arrived": "suppressed", "correction.requested": "sent"}


def test_security_mail_can_not_be_refused() -> None:
    actor = Actor(kind="resident", account_id=resident().pk)
    with pytest.raises(Invalid):
        set_preference(actor=actor, topic="security", wanted=False)


def test_a_code_is_wiped_once_sent_and_not_sent_when_too_old(post: Post) -> None:
    def code(key: str) -> None:
        send(
            None, template="sign_in.code", email="a@example.jp", language="en", about="",
            key=key, params={"code": "482915", "url_path": "/"},
        )  # fmt: skip

    with clock.standing_at(NOON):
        code("one")
        pump()
    (mail,) = post.mails()
    assert mail.body.startswith("Your code is 482915.")
    with clock.standing_at(NOON):
        code("two")
    with clock.standing_at(NOON + timedelta(minutes=11)):
        pump()
    with unit(ACTOR):
        assert list(Message.objects.values_list("params", flat=True)) == [{}, {}]
        assert sorted(Delivery.objects.values_list("state", "last_error")) == [
            ("sent", ""), ("suppressed", "mail.too_late"),
        ]  # fmt: skip
    assert len(post.mails()) == 1


def test_a_mail_carries_nothing_but_what_is_allowed() -> None:
    account = resident()
    with pytest.raises(ValueError):
        send(account, params={"name": "山田花子"})
    with pytest.raises(ValueError):
        send(account, params={"url_path": "//elsewhere.example/"})
    with pytest.raises(ValueError):
        send_message(actor=ACTOR, template="no.such", dedupe_key="x", account_id=account.pk)
    with unit(ACTOR):
        assert Message.objects.count() == 0


def test_an_official_with_the_right_has_a_failed_mail_sent_again(post: Post) -> None:
    post.fault("550", times=1)
    send(resident())
    pump()
    failed = only().pk
    with pytest.raises(Forbidden):
        retry_delivery(
            actor=Actor(kind="staff", account_id=resident("c@example.jp").pk), delivery_id=failed, reason="直した"
        )
    assert only().state == "failed"
    official = Actor(kind="staff", permissions=frozenset({"messages.board"}))
    with pytest.raises(Invalid):
        retry_delivery(actor=official, delivery_id=failed, reason=" ")
    assert only().state == "failed"
    retry_delivery(actor=official, delivery_id=failed, reason="アドレスが直った")
    with connection.cursor() as cursor:
        cursor.execute("SELECT detail ->> 'reason' FROM eng_audit_auditevent WHERE action = 'retry'")
        assert cursor.fetchall() == [("アドレスが直った",)]
    with pytest.raises(NotFound):
        retry_delivery(actor=official, delivery_id=failed, reason="もう一度")
    pump()
    assert only().state == "sent"


def test_without_a_mail_server_mail_waits(settings: object) -> None:
    settings.JICHI_SMTP = {  # type: ignore[attr-defined] # pytest-django's settings
        "host": "", "port": 25, "user": "", "password": "", "tls": False, "from": "noreply@midori.example",
    }  # fmt: skip
    send(resident())
    pump()
    assert (only().state, only().last_error) == ("pending", "mail.server_away")
