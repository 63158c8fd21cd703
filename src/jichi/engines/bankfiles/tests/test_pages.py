"""Pages: a file is sent, looked at, taken in; what differs is worked off; who may not sees nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import Actor

from .desk import Desk, build, states
from .made import barcode, report, reports

pytestmark = pytest.mark.django_db
desk = shared_world(build)
A, B = barcode(1), barcode(2)


def signed_in(actor: Actor) -> Client:
    assert actor.account_id is not None
    return browser(actor.account_id)


@pytest.fixture
def client(desk: Desk) -> Client:
    return signed_in(desk.clerk)


def send(client: Client, data: bytes | None, **given: str) -> Any:
    form: dict[str, Any] = {"partner": "agent", "purpose": "receipts", **given}
    if data is not None:
        form["file"] = SimpleUploadedFile("速報.txt", data)
    return client.post(reverse("eng_bankfiles:files"), form)


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_file_is_taken_in_after_a_look(desk: Desk, client: Client) -> None:
    answer = send(client, reports(report("02", A), report("03", B)))
    assert answer.status_code == 302
    page = text(client.get(answer.url))
    for words in (
        "確認待ち",
        "取り込むと、こうなります",
        "新しい収納 2件",
        "確報の金額 15,435円",
        "速報のない取消 1件",
    ):
        assert words in page
    assert states() == {}
    client.post(answer.url, {"act": "apply"})
    assert states() == {A: ("final", 2), B: ("held", 4)}
    assert "取り込んだ結果" in text(client.get(answer.url))
    assert text(client.get(reverse("eng_bankfiles:files"))).count("取り込んだ") == 1
    again = send(client, reports(report("02", A), report("03", B)))
    assert "同じファイルが前に届いています" in text(client.get(again.url))


def test_what_is_wrong_is_told_by_line(client: Client) -> None:
    answer = send(client, reports(report("02", A), report("05", B)))
    page = text(client.get(answer.url))
    assert "誤り(1か所)" in page
    assert "「05」という種別は、この相手方との取り決めにありません。" in page


@pytest.mark.parametrize(("data", "words"), [(None, "ファイル"), (b"", "ファイル")])
def test_no_file_is_no_file(client: Client, data: bytes | None, words: str) -> None:
    answer = send(client, data)
    assert answer.status_code == 422
    assert words in text(answer)


def test_a_partner_that_is_not_there_is_refused(client: Client) -> None:
    assert send(client, reports(report("02", A)), partner="nobody").status_code in {404, 422}


def test_a_file_is_given_up_and_cannot_be_taken_in_then(client: Client) -> None:
    where = send(client, reports(report("02", A))).url
    client.post(where, {"act": "drop"})
    answer = client.post(where, {"act": "apply"})
    assert (answer.status_code, states()) == (409, {})


def test_the_original_comes_back_byte_for_byte_and_is_recorded(desk: Desk, client: Client) -> None:
    data = reports(report("02", A))
    id, _ = desk.read(data)
    answer = client.get(reverse("eng_bankfiles:original", args=[id]))
    assert b"".join(answer) == data
    assert answer["Content-Disposition"].startswith("attachment")
    trail = audit.events_of(table="eng_bankfiles_takenfile", object_id=str(id))
    assert "export" in {one.action for one in trail}


def test_a_difference_is_worked_off(desk: Desk, client: Client) -> None:
    desk.take(reports(report("02", A), report("03", A)))
    page = client.get(reverse("eng_bankfiles:differences"))
    assert "確報のある収納に取消が来た" in text(page)
    found = re.search(r'href="([^"]+/differences/[0-9a-f-]{36}/)"', page.content.decode())
    assert found is not None
    assert "確報は消していません" in text(client.get(found[1]))
    assert client.post(found[1], {"note": ""}).status_code == 422
    assert client.post(found[1], {"note": "返金はなかった。"}).status_code == 302
    assert client.post(found[1], {"note": "もう一度"}).status_code == 409
    assert "差異はありません" in text(client.get(reverse("eng_bankfiles:differences")))
    closed = text(client.get(reverse("eng_bankfiles:differences"), {"state": "closed", "kind": "conflict"}))
    assert "確報のある収納に取消が来た" in closed
    assert "返金はなかった。" in text(client.get(found[1]))


def test_what_is_sent_stands_beside_what_was_counted(desk: Desk, client: Client) -> None:
    assert "まだありません" in text(client.get(reverse("eng_bankfiles:remittances")))
    csv = "送金日,企業コード,金額\r\n2099/07/15,000020,15000\r\n"
    where = send(client, csv.encode("cp932"), purpose="remittance").url
    client.post(where, {"act": "apply"})
    desk.take(reports(report("02", A, remit="20990715")))
    page = text(client.get(reverse("eng_bankfiles:remittances")))
    assert "15,435 15,000 435" in page


def test_who_may_not_sees_nothing(desk: Desk) -> None:
    id, _ = desk.read(reports(report("03", A)))
    stranger = signed_in(desk.stranger)
    for name, arguments in (("files", []), ("file", [id]), ("original", [id]), ("differences", [])):
        assert stranger.get(reverse(f"eng_bankfiles:{name}", args=arguments)).status_code == 404
