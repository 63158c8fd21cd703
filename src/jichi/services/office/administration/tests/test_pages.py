"""The organisation's pages: lists with search, people as a file, invitations, the matrix and a person in it."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jichi.engines.accounts.tests.browser import browser

from .conftest import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(office: Office) -> Client:
    return browser(office.ids["boss"])


@pytest.mark.parametrize(
    ("path", "there", "not_there"),
    [
        ("?q=情報", "情報政策課", "子ども若者課"),
        ("divisions/youth/", "佐藤　真紀", "管理　太郎"),
        ("posts/?q=係長", "子ども若者課 係長", "情報政策課 主査"),
        ("rights/?q=sato", "佐藤　真紀ができること", "違い"),
        ("rights/?q=sato&other=suzuki", "佐藤　真紀と鈴木　聡の違い", "2人のできることは同じです"),
        ("rights/?role=administrator", "管理　花子(deputy)", "佐藤　真紀(sato)"),
    ],
)
def test_lists_find_and_tell(boss: Client, path: str, there: str, not_there: str) -> None:
    main = boss.get(f"/staff/admin/{path}").content.decode().split("<main")[1]
    results = re.sub(r"<select.*?</select>", "", main, flags=re.DOTALL)
    assert there in main
    assert not_there not in results


def test_unknown_things_are_not_there_and_others_do_not_enter(boss: Client, office: Office) -> None:
    assert boss.get("/staff/admin/divisions/none/").status_code == 404
    sato = browser(office.ids["sato"])
    for path in ("", "posts/", "people/", "plans/", "rights/", "retention/", "people/export/", "rights/export/"):
        assert sato.get(f"/staff/admin/{path}").status_code == 404


def test_a_file_is_read_looked_at_and_taken_over(boss: Client) -> None:
    assert boss.post("/staff/admin/people/", {}).status_code == 422
    wrong = SimpleUploadedFile("p.csv", "職員ID,氏名\r\n!,\r\n".encode("cp932"))
    page = boss.post("/staff/admin/people/", {"file": wrong}, follow=True).content.decode()
    assert "誤り(2か所)" in page
    good = SimpleUploadedFile("p.csv", "職員ID,氏名,課,職,役割\r\nnew,新人　葵,youth,主事,担当\r\n".encode())
    answer = boss.post("/staff/admin/people/", {"file": good}, follow=True)
    page, path = answer.content.decode(), answer.redirect_chain[-1][0]
    assert "変わるところ(2件)" in page
    stamp = page.split('name="fingerprint" value="')[1].split('"')[0]
    assert boss.post(path, {"act": "apply", "fingerprint": "other"}).status_code == 409
    assert boss.post(path, {"act": "apply", "fingerprint": stamp}).status_code == 302
    page = boss.post("/staff/admin/people/invitations/", {"row": "new"}).content.decode()
    assert "/staff/sign-in/invited/" in page
    assert "new,新人　葵" in boss.get("/staff/admin/people/export/").content.decode()
    assert "佐藤　真紀,子ども若者課,主事,担当," in boss.get("/staff/admin/rights/export/").content.decode()
