"""LINE: our side and its own SDK understand each other, in both directions; push, retry, block."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta

import pytest
from django.test import Client
from linebot.v3 import SignatureValidator, WebhookParser  # type: ignore[import-untyped] # LINE's SDK has no types
from linebot.v3.exceptions import InvalidSignatureError  # type: ignore[import-untyped] # as above
from linebot.v3.messaging import (  # type: ignore[import-untyped] # as above
    ApiClient,
    ApiException,
    Configuration,
    MessagingApi,
    PushMessageRequest,
    TextMessage,
)
from linebot.v3.webhooks import (  # type: ignore[import-untyped] # as above
    FollowEvent,
    MessageEvent,
    TextMessageContent,
    UnfollowEvent,
)

from jichi.engines.audit.context import unit
from jichi.engines.messages.models import ContactPoint, Delivery
from jichi.engines.messages.pump import pump
from jichi.engines.messages.routing import route
from jichi.engines.messages.rules import signature, signed_by
from jichi.engines.messages.sandboxes import line as sandbox
from jichi.engines.messages.tests.gateways import SECRET, USER, Gateway, Listener, reachable, rows, until
from jichi.engines.messages.tests.post import ACTOR, Post, only, send
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 10, 12, 0, tzinfo=TOKYO)
WEBHOOK = "/api/messages/line/webhook/"


def sent_by_line() -> None:
    send(reachable("line"))
    route()
    assert pump("line") == 1


# -- LINE's own SDK ---------------------------------------------------------------------------------------


def test_lines_own_sdk_accepts_the_webhooks_of_our_sandbox(line: Gateway, listener: Listener) -> None:
    sandbox.say(line.box, USER, "ABCD-2345")
    line.box.owe(sandbox.WEBHOOK, sandbox.event(USER, "unfollow"))
    line.box.owe(sandbox.WEBHOOK, sandbox.event(USER, "follow"))
    until(lambda: len(webhooks(listener)) == 3, "no webhooks")
    parser = WebhookParser(SECRET)
    found = [parser.parse(body.decode(), header(headers))[0] for _path, headers, body in webhooks(listener)]
    message = next(e for e in found if isinstance(e, MessageEvent))
    assert isinstance(message.message, TextMessageContent)
    assert message.message.text == "ABCD-2345"
    assert {type(e) for e in found} == {MessageEvent, UnfollowEvent, FollowEvent}
    assert {e.source.user_id for e in found} == {USER}
    with pytest.raises(InvalidSignatureError):
        WebhookParser("another secret").parse(webhooks(listener)[0][2].decode(), header(webhooks(listener)[0][1]))


def webhooks(listener: Listener) -> list[tuple[str, dict[str, str], bytes]]:
    """What LINE's stand-in said; a late report of another test's gateway may come to the same ear."""
    return [one for one in listener.heard if one[0].startswith("/api/messages/line/")]


def header(headers: dict[str, str]) -> str:
    return next(value for name, value in headers.items() if name.lower() == "x-line-signature")


@pytest.mark.parametrize("text", ["{}", '{"events":[]}', "あ😀", "", "x" * 9999])
def test_signatures_made_by_either_side_are_accepted_by_the_other(text: str) -> None:
    sdk = SignatureValidator(SECRET)
    assert sdk.validate(text, signature(SECRET, text.encode()))
    assert sdk.validate(text, sandbox.webhook_signature(SECRET, text.encode())["x-line-signature"])
    assert sdk.validate(text, signature("other", text.encode())) is False
    made_its_way = sdk_signature(text)
    assert signed_by(SECRET, text.encode(), made_its_way)
    assert not signed_by("other", text.encode(), made_its_way)


def sdk_signature(text: str) -> str:
    """As the SDK's validator makes it before comparing."""
    import base64
    import hashlib
    import hmac

    return base64.b64encode(
        hmac.new(SECRET.encode("utf-8"), text.encode("utf-8"), hashlib.sha256).digest()
    ).decode("utf-8")  # fmt: skip


def test_lines_own_sdk_can_push_to_our_sandbox(line: Gateway) -> None:
    with ApiClient(Configuration(host=line.url, access_token=SECRET)) as client:
        api, key = MessagingApi(client), str(uuid.uuid4())
        request = PushMessageRequest(to=USER, messages=[TextMessage(text="こんにちは"), TextMessage(text="😀")])
        sent = api.push_message(request, x_line_retry_key=key)
        assert len(sent.sent_messages) == 2
        with pytest.raises(ApiException) as again:
            api.push_message(request, x_line_retry_key=key)
        assert again.value.status == 409
        assert again.value.headers["X-Line-Accepted-Request-Id"]
        assert [m["text"] for m in line.came()] == ["こんにちは", "😀"]
        assert api.get_bot_info().basic_id == "@sandbox"
        assert api.get_profile(USER).display_name == "花子"
        for bad in (
            PushMessageRequest(to="U" + "f" * 32, messages=[TextMessage(text="x")]),
            PushMessageRequest(to=USER, messages=[TextMessage(text="あ" * 5001)]),
        ):
            with pytest.raises(ApiException) as refused:
                api.push_message(bad)
            assert refused.value.status == 400
    with (
        ApiClient(Configuration(host=line.url, access_token="for-test-wrong")) as client,
        pytest.raises(ApiException) as unknown,
    ):
        MessagingApi(client).push_message(request)
    assert unknown.value.status == 401


# -- push -------------------------------------------------------------------------------------------------------


def test_who_chose_line_gets_a_few_words_and_the_address(line: Gateway) -> None:
    sent_by_line()
    (one,) = line.came()
    assert one["text"] == (
        "みどり区からお知らせがあります。受付番号K7M4-2QF9。マイページをご覧ください。\n"
        "http://localhost:8000/items/K7M4-2QF9/"
    )
    assert one["key"] == str(only().key) == str(only().message_id)
    assert rows() == [("line", "sent", "", False)]


def test_a_reader_of_another_language_gets_the_japanese_below(line: Gateway) -> None:
    send(reachable("line", language="en"))
    route()
    pump("line")
    english, japanese = line.came()
    assert english["text"].endswith("http://localhost:8000/en/items/K7M4-2QF9/")
    assert japanese["text"].endswith("\nhttp://localhost:8000/items/K7M4-2QF9/")
    assert len({english["key"], japanese["key"]}) == 1


@pytest.mark.parametrize("fault", ["drop", "die"])
def test_a_line_cut_after_taking_is_uncertain_and_409_settles_it(line: Gateway, fault: str) -> None:
    line.fault(fault, times=1)
    with clock.standing_at(NOON):
        sent_by_line()
    assert rows() == [("line", "uncertain", "line.broken_off", False)]
    if fault == "die":
        line.stop()
        line.start()
    with clock.standing_at(NOON + timedelta(minutes=1)):
        pump("line")
    assert rows() == [("line", "sent", "", False)]
    assert len(line.came()) == 1


@pytest.mark.parametrize(("fault", "error"), [("500", "line.busy:500"), ("429", "line.busy:429")])
def test_a_busy_line_is_tried_again(line: Gateway, fault: str, error: str) -> None:
    line.fault(fault, times=1)
    with clock.standing_at(NOON):
        sent_by_line()
    assert rows() == [("line", "pending", error, False)]
    with clock.standing_at(NOON + timedelta(minutes=1)):
        pump("line")
    assert len(line.came()) == 1


@pytest.mark.parametrize(("fault", "error"), [("400", "line.refused:400"), ("quota", "line.quota:429")])
def test_what_line_refuses_goes_on_by_mail(line: Gateway, post: Post, fault: str, error: str) -> None:
    line.fault(fault)
    sent_by_line()
    pump("mail")
    assert rows() == [("line", "failed", error, True), ("mail", "sent", "", False)]


def test_a_wrong_token_is_our_trouble_and_nobody_is_given_up(line: Gateway, settings: object) -> None:
    settings.JICHI_PEERS = {"line": {**line.peer, "channel_access_token": "for-test-wrong"}}  # type: ignore[attr-defined] # pytest-django's settings
    sent_by_line()
    assert rows() == [("line", "pending", "line.sender_refused:401", False)]


def test_after_a_day_away_line_still_gets_it_and_after_three_mail_does(line: Gateway, post: Post) -> None:
    account = reachable("line")
    line.fault("500")
    with clock.standing_at(NOON):
        send(account, "one")
        route()
        pump("line")
    with clock.standing_at(NOON + timedelta(hours=26)):
        send(account, "two")
        route()
        pump("line")
    assert [row[:2] for row in rows()] == [("line", "pending"), ("line", "pending")]
    line.fault("")
    with unit(ACTOR):
        Delivery.objects.filter(message__dedupe_key="two").update(next_attempt_at=NOON + timedelta(days=9))
    with clock.standing_at(NOON + timedelta(hours=27)):
        pump("line")
    assert len(line.came()) == 1
    line.fault("500")
    with clock.standing_at(NOON + timedelta(days=9)):
        pump("line")
        pump("mail")
    assert rows()[1:] == [("line", "failed", "line.busy:500", True), ("mail", "sent", "", False)]


# -- webhook -------------------------------------------------------------------------------------------------------


def test_who_blocks_us_is_told_by_mail_from_then_on(line: Gateway, listener: Listener, post: Post) -> None:
    account = reachable("line")
    line.box.owe(sandbox.WEBHOOK, sandbox.event(USER, "unfollow"))
    assert listener.hand_on(1) == [200]
    with unit(ACTOR):
        assert [p.ended_why for p in ContactPoint.objects.all()] == ["unfollowed"]
    send(account)
    route()
    pump("line")
    pump("mail")
    assert line.came() == []
    subjects = {mail.subject for mail in post.mails()}
    assert subjects == {"みどり区:通知の連絡先が変わりました", "みどり区からお知らせがあります(受付番号 K7M4-2QF9)"}


def test_what_waited_for_a_chat_that_was_blocked_goes_on_by_mail(line: Gateway, listener: Listener, post: Post) -> None:
    send(reachable("line"))
    route()
    line.box.owe(sandbox.WEBHOOK, sandbox.event(USER, "unfollow"))
    listener.hand_on(1)
    pump("line")
    with unit(ACTOR):
        assert [r[:3] for r in rows() if r[0] == "line"] == [("line", "suppressed", "line.no_address")]
    pump("mail")
    assert len(post.mails()) == 2


def test_a_late_report_of_blocking_does_not_end_a_newer_link(line: Gateway) -> None:
    old = sandbox.event(USER, "unfollow")
    old["events"][0]["timestamp"] -= 3_600_000
    reachable("line")
    assert hook(old) == 200
    with unit(ACTOR):
        assert ContactPoint.objects.get().ended_at is None


def hook(report: object, *, secret: str = SECRET, body: bytes | None = None) -> int:
    sent = json.dumps(report).encode() if body is None else body
    given = {"X-Line-Signature": signature(secret, sent)}
    return Client().post(WEBHOOK, sent, content_type="application/json", headers=given).status_code


def test_events_that_are_not_signed_are_refused_and_change_nothing(line: Gateway) -> None:
    reachable("line")
    assert hook(sandbox.event(USER, "unfollow"), secret="for-test-wrong") == 401
    no_signature = Client().post(WEBHOOK, sandbox.event(USER, "unfollow"), content_type="application/json")
    assert no_signature.status_code == 401
    with unit(ACTOR):
        assert ContactPoint.objects.get().ended_at is None
    assert hook(sandbox.event(USER, "unfollow")) == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"destination":"U0","events":[]}', 200), (b"no json", 400), (b"[]", 400), (b'{"events":5}', 400),
        (b'{"events":[5,{"type":"join","source":{"type":"group","groupId":"C1"}}]}', 200),
        (b'{"events":[{"type":"message","source":{"type":"user","userId":"U1"},"message":null}]}', 200),
        (b'{"events":[{"type":"unfollow","source":{"type":"user","userId":"U1"},"timestamp":"x"}]}', 200),
    ],
)  # fmt: skip
def test_whatever_line_sends_is_understood_or_ignored(line: Gateway, body: bytes, status: int) -> None:
    assert hook(None, body=body) == status


def test_without_a_line_channel_nobody_can_report() -> None:
    assert Client().post(WEBHOOK, b"{}", content_type="application/json").status_code == 401
