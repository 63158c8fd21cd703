"""連絡先と通知の設定: what the pages offer, in five languages; the board and sending again."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client

from jichi.design.readings import missing_readings
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.engines.messages.models import ContactPoint, ContactPreference, Delivery
from jichi.engines.messages.pump import pump
from jichi.engines.messages.routing import route
from jichi.engines.messages.sandboxes import line as sandbox
from jichi.engines.messages.tests.gateways import USER, Gateway, Listener, link, reachable, rows
from jichi.engines.messages.tests.post import ACTOR, Post, a_division, only, resident, send

pytestmark = pytest.mark.django_db
LANGUAGES = [
    ("", "連絡先と通知の設定"), ("/easy", "お知らせの せってい"), ("/en", "Contact and notices"),
    ("/zh-hans", "联系方式与通知设置"), ("/ko", "연락처 및 알림 설정"),
]  # fmt: skip


def main(response: object) -> str:
    """The text of a page without its frame."""
    html: str = response.content.decode()  # type: ignore[attr-defined] # a response
    return re.sub(
        r"\s+", " ", re.sub(r"<r[tp]>.*?</r[tp]>|<[^>]+>", "", html[html.index("<main") : html.index("</main>")])
    )


def test_without_gateways_there_is_mail_and_nothing_else() -> None:
    client = browser(resident().pk)
    text = main(client.get("/my/contact/"))
    assert "hanako@example.jp" in text
    assert "SMS" not in text
    assert "LINE" not in text
    for address in ("phone/", "phone/code/", "line/"):
        assert client.get(f"/my/contact/{address}").headers["Location"] == "/my/contact/"


def test_a_telephone_is_registered_on_the_pages(sms: Gateway) -> None:
    client = browser(resident().pk)
    assert "電話番号を登録する" in main(client.get("/my/contact/"))
    wrong = client.post("/my/contact/phone/", {"phone": "03-1234-5678"})
    assert wrong.status_code == 422
    assert "携帯電話の番号は、070・080・090などで始まる11桁の番号で入れてください。" in main(wrong)
    assert (
        client.post("/my/contact/phone/", {"phone": "090-1234-5678"}).headers["Location"] == "/my/contact/phone/code/"
    )
    pump("sms")
    (one,) = sms.came()
    code = re.search(r"\d{6}", one["text"])
    assert code
    bad = client.post("/my/contact/phone/code/", {"code": "000000" if code[0] != "000000" else "111111"})
    assert bad.status_code == 422
    assert "確認コードが違うか、期限が切れています。" in main(bad)
    done = client.post("/my/contact/phone/code/", {"code": code[0]}, follow=True)
    assert "電話番号を登録しました。" in done.content.decode()
    text = main(done)
    assert "090-1234-5678" in text
    assert "LINE、SMS、メールの順に" in text
    ended = client.post("/my/contact/end/", {"channel": "sms"}, follow=True)
    assert "090-1234-5678" not in main(ended)


def test_a_chat_is_registered_on_the_pages(line: Gateway, listener: Listener) -> None:
    client = browser(resident().pk)
    assert client.post("/my/contact/line/").status_code == 302
    page = client.get("/my/contact/line/")
    code = re.search(r"\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b", main(page))
    assert code
    assert f'href="{line.url}/"' in page.content.decode()
    sandbox.say(line.box, USER, code[0].lower())
    listener.hand_on(1)
    assert "LINEを登録しました" in main(client.get("/my/contact/line/"))
    with unit(ACTOR):
        assert ContactPoint.objects.get().address == USER


def test_choices_are_kept_for_each_topic(sms: Gateway, line: Gateway) -> None:
    account = reachable("sms")
    link(account.pk, "line", topics=())
    client = browser(account.pk)
    page = client.get("/my/contact/").content.decode()
    assert re.search(r'name="topic-cases"[^>]*value="sms"[^>]*checked', page)
    assert 'name="topic-security"' not in page
    saved = client.post("/my/contact/", {"topic-cases": ["line"], "topic-drafts": ["mail", "fax"]}, follow=True)
    assert "設定を保存しました。" in saved.content.decode()
    with unit(ACTOR):
        chosen = set(ContactPreference.objects.filter(topic="cases").values_list("channel", "wanted"))
    assert chosen == {("line", True), ("sms", False), ("mail", False)}


def test_the_language_of_notices_is_chosen_there_too(post: Post) -> None:
    account = resident()
    client = browser(account.pk)
    assert re.search(r'value="ja"[^>]*selected', client.get("/my/contact/").content.decode())
    client.post("/my/contact/", {"topic-cases": ["mail"], "language": "ko"})
    client.post("/my/contact/", {"topic-cases": ["mail"], "language": "xx"})
    send(account)
    pump("mail")
    (mail,) = post.mails()
    assert mail.subject == "みどり区에서 알림이 있습니다 (접수번호 K7M4-2QF9)"
    korean, japanese = mail.body.split("日本語 (Japanese)")
    assert korean.startswith("알림이 있습니다.")
    assert japanese.strip().startswith("お知らせがあります。")
    assert "http://localhost:8000/items/K7M4-2QF9/" in japanese.splitlines()


def test_one_persons_form_changes_nobody_elses(sms: Gateway) -> None:
    mine, other = reachable("sms"), resident("b@example.jp")
    browser(other.pk).post("/my/contact/end/", {"channel": "sms"})
    browser(other.pk).post("/my/contact/", {"topic-cases": []})
    with unit(ACTOR):
        assert ContactPoint.objects.get().ended_at is None
        assert ContactPreference.objects.filter(account_id=mine.pk, wanted=False).count() == 0


@pytest.mark.parametrize(("prefix", "title"), LANGUAGES)
def test_the_pages_speak_every_language(sms: Gateway, line: Gateway, prefix: str, title: str) -> None:
    client = browser(reachable("sms").pk)
    for address in ("", "phone/", "line/"):
        page = client.get(f"{prefix}/my/contact/{address}")
        assert page.status_code == 200
        if prefix == "/easy":
            assert missing_readings(page.content.decode()) == []
    assert title in main(client.get(f"{prefix}/my/contact/"))


def test_nobody_else_opens_them() -> None:
    for address in ("", "phone/", "phone/code/", "line/", "end/"):
        response = Client().post(f"/my/contact/{address}")
        assert response.status_code == 302
        assert "/sign-in/" in response.headers["Location"]


def test_a_change_of_contact_asks_again_who_it_is(sms: Gateway, line: Gateway) -> None:
    client = browser(resident().pk, proved_ago=3600)
    assert client.get("/my/contact/").status_code == 200
    for address in ("phone/", "phone/code/", "line/"):
        assert client.get(f"/my/contact/{address}").headers["Location"].startswith("/sign-in/?next=")


# -- board ---------------------------------------------------------------------------------------------------


def administrator() -> Client:
    account = accounts.create_staff_account(
        actor=ACTOR, login="admin", name="管理", password="many plain words 1", roles=("administrator",),
        division_codes=("test-1",),
    )  # fmt: skip
    return browser(account.pk, second_factor=True)


def test_the_board_shows_channels_and_sends_again_with_a_reason(sms: Gateway, line: Gateway) -> None:
    division = a_division()
    sms.fault("400")
    account = reachable("sms")
    with unit(ACTOR):
        ContactPreference.objects.create(
            account_id=account.pk, topic="cases", channel="mail", wanted=False, changed_at=account.created_at
        )
    send(account, division_id=division.pk)
    send(account, division_id=division.pk, about="")
    route()
    pump("sms")
    client = administrator()
    text = main(client.get("/staff/messages/"))
    assert "K7M4-2QF9お知らせがありますSMS" in text
    assert "SMSの会社が受け取りませんでした。 (400)" in text
    assert "K7M4-2QF9" not in main(client.get("/staff/messages/?channel=line"))
    assert "K7M4-2QF9" not in main(client.get("/staff/messages/?state=sent"))
    with unit(ACTOR):
        number = Delivery.objects.order_by("id")[0].message_id
    address = f"/staff/messages/{number}/"
    assert "もう一度送る理由" in main(client.get(address))
    assert client.post(address, {"reason": ""}).status_code == 422
    assert rows()[0] == ("sms", "failed", "sms.refused:400", False)
    assert client.post(address, {"reason": "番号が直った"}).headers["Location"] == "/staff/messages/?again=1"
    assert rows()[0][1] == "pending"
    sms.fault("")
    pump("sms")
    assert rows()[0] == ("sms", "sent", "", False)
    assert "もう一度送れるのは" in main(client.get(address))
    assert client.post(address, {"reason": "もう一度"}).status_code == 404
    assert client.get(f"/staff/messages/{uuid.uuid4()}/").status_code == 404


def test_without_the_permission_nobody_sends_again() -> None:
    division = a_division()
    send(resident(), division_id=division.pk)
    with unit(ACTOR):
        Delivery.objects.update(state="failed", next_attempt_at=None, last_error="mail.refused:550")
    account = accounts.create_staff_account(
        actor=ACTOR, login="clerk", name="係", password="many plain words 1", roles=("caseworker",),
        division_codes=("test-1",),
    )  # fmt: skip
    client = browser(account.pk, second_factor=True)
    page = client.get("/staff/messages/")
    assert "K7M4-2QF9" in main(page)
    assert f"/staff/messages/{only().message_id}/" not in page.content.decode()
    assert client.post(f"/staff/messages/{only().message_id}/", {"reason": "x"}).status_code == 404
    assert only().state == "failed"
