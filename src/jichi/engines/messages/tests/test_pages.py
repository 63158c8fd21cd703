"""The sandbox mailbox page: in the demo only, in five languages, switches that work."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from jichi.design.readings import missing_readings
from jichi.engines.messages import mailbox
from jichi.engines.messages.pump import pump
from jichi.engines.messages.tests.post import Post, resident, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: object, tmp_path: Path) -> Path:
    settings.JICHI_DEMO = True  # type: ignore[attr-defined] # pytest-django's settings
    settings.JICHI_HOME = tmp_path  # type: ignore[attr-defined] # pytest-django's settings
    return tmp_path / "mailbox"


def test_outside_of_the_demo_there_is_no_such_page(client: Client, settings: object) -> None:
    settings.JICHI_DEMO = False  # type: ignore[attr-defined] # pytest-django's settings
    assert client.get("/demo/mailbox/").status_code == 404
    assert client.post("/demo/mailbox/", {"act": "empty"}).status_code == 404
    assert client.get("/demo/mailbox/0000000000000000001-00000000/").status_code == 404


def test_what_was_sent_is_listed_and_shown(client: Client, demo: Path, post: Post) -> None:
    send(resident())
    pump()
    page = client.get("/demo/mailbox/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "ここは本物のメール箱ではありません" in text
    assert "みどり区からお知らせがあります(受付番号 K7M4-2QF9)" in text
    assert "hanako@example.jp" in text
    (mail,) = mailbox.mails(demo)
    one = client.get(f"/demo/mailbox/{mail.name}/").content.decode()
    assert 'href="http://localhost:8000/items/K7M4-2QF9/"' in one
    assert mail.message_id.strip("<>") in one
    assert "hanako" not in client.get("/demo/mailbox/?to=taro@example.jp").content.decode().split("<main")[1]


@pytest.mark.parametrize(
    ("prefix", "title"),
    [("/easy", "おためしの"), ("/en", "Sandbox mailbox"), ("/zh-hans", "试用邮箱"), ("/ko", "체험용 메일함")],
)
def test_it_speaks_every_language(client: Client, demo: Path, prefix: str, title: str) -> None:
    page = client.get(f"{prefix}/demo/mailbox/")
    assert page.status_code == 200
    assert title in page.content.decode()


def test_every_kanji_of_the_easy_page_has_its_reading(client: Client, demo: Path) -> None:
    demo.mkdir()
    path = mailbox.store(demo, b"Subject: x\r\nTo: a@example.jp\r\n\r\nhttp://localhost:8000/x/\r\n")
    for address in ("", f"{path.stem}/"):
        assert missing_readings(client.get(f"/easy/demo/mailbox/{address}").content.decode()) == []


def test_the_switches_set_faults_and_empty_the_box(client: Client, demo: Path) -> None:
    demo.mkdir()
    mailbox.store(demo, b"Subject: x\r\n\r\nbody\r\n")
    assert client.post("/demo/mailbox/", {"mode": "451", "times": "2"}).status_code == 302
    assert mailbox.read_fault(demo) == mailbox.Fault("451", 2)
    assert "いま、わざと不具合を起こしています" in client.get("/demo/mailbox/").content.decode()
    assert client.post("/demo/mailbox/", {"mode": "nonsense", "times": "x"}).status_code == 302
    assert mailbox.read_fault(demo) == mailbox.Fault("451", 2)
    assert [mailbox.use_fault(demo) for _ in range(3)] == ["451", "451", ""]
    client.post("/demo/mailbox/", {"act": "empty"})
    assert mailbox.mails(demo) == ()


@pytest.mark.parametrize("name", ["..", "0000000000000000001-00000000", "faults.json", "%2e%2e%2ffaults"])
def test_no_other_file_is_shown(client: Client, demo: Path, name: str) -> None:
    mailbox.set_fault(demo, mailbox.Fault())
    assert client.get(f"/demo/mailbox/{name}/").status_code == 404


def test_markup_in_a_mail_is_shown_as_text(client: Client, demo: Path) -> None:
    demo.mkdir()
    path = mailbox.store(demo, b"Subject: <b>x</b>\r\nTo: a@example.jp\r\n\r\n<script>alert(1)</script>\r\n")
    page = client.get(f"/demo/mailbox/{path.stem}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
