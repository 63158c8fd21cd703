"""The division's pages of an event: the form, the telephone, the draw."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.kernel import clock
from jichi.services.front.events import queries

from . import office as place
from .office import SYSTEM, Office, enter, published

office = shared_world(place.build)
pytestmark = pytest.mark.django_db


def test_a_draft_is_typed_saved_and_not_saved_over(office: Office) -> None:
    account = accounts.create_staff_account(
        actor=SYSTEM, login="clerk", name="係", password="many plain words 1", roles=("caseworker",),
        division_codes=("EVENTS",),
    )  # fmt: skip
    page = browser(account.pk)
    typed = {"title_ja": "工作", "first": "令和9年2月30日", "capacity": "多め"}
    wrong = page.post("/staff/events/new/", typed)
    assert wrong.status_code == 422
    for kept in ("令和9年2月30日", "多め", "日付として読めません"):
        assert kept in wrong.content.decode()
    here = page.post("/staff/events/new/", {"title_ja": "工作"})["Location"]
    assert "説明を入力してください" in page.get(here).content.decode()  # what is missing, with the field's own label
    change = f"{here}change/"
    assert page.post(change, {"title_ja": "工作と遊び", "revision": "1"}).status_code == 302
    assert page.post(change, {"title_ja": "", "revision": "1"}).status_code == 422
    stale = page.post(change, {"title_ja": "別の名前", "revision": "1"})
    assert (stale.status_code, "ほかの人が先に変えました" in stale.content.decode()) == (409, True)
    copy = page.post(here, {"act": "copy"})["Location"]
    assert "工作と遊び" in page.get(copy).content.decode()
    assert page.post(here, {"act": "publish"}).status_code == 422


def test_the_telephone_and_the_draw(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    account = accounts.create_staff_account(
        actor=SYSTEM, login="clerk", name="係", password="many plain words 1", roles=("caseworker",),
        division_codes=("EVENTS",),
    )  # fmt: skip
    page, due = browser(account.pk), clock.now() + timedelta(minutes=18)
    code = published(
        office.division, mode="lottery", draw_at=due, closes_at=due - timedelta(minutes=17), text_source="市場指数 終値"
    )
    found = queries.event(code)
    assert found is not None
    telephone, draw = f"/staff/events/{code}/telephone/", f"/staff/events/{code}/draw/"
    call = {"act": "enter", "choice": "001", "name": "電話 一郎", "phone": "03-1111-1111", "press": "p"}
    assert "残り" not in page.get(telephone).content.decode().split("<form")[0]
    wrong = page.post(telephone, {**call, "phone": ""})
    assert (wrong.status_code, "電話 一郎" in wrong.content.decode()) == (422, True)
    for words in ("抽選の申込みを受け付けました。", "抽選の申込みを受け付けました。"):  # pressed twice: one entry
        assert words in page.post(telephone, call).content.decode()
    again = page.post(telephone, {**call, "press": "q"}).content.decode()
    assert "同じ方の申込みがあります。" in again
    enter(code, office.hanako)
    assert "今2件です" in page.get(draw).content.decode()
    monkeypatch.setattr(clock, "now", lambda: due - timedelta(minutes=16))
    assert page.post(draw, {"act": "freeze"}).status_code == 302
    early = page.post(draw, {"act": "draw", "line": "市場指数 終値 1"})
    assert (early.status_code, "今はこの操作ができません" in early.content.decode()) == (409, True)
    assert page.post(draw, {"act": "void", "reason": ""}).status_code == 422
    assert page.post(draw, {"act": "void", "reason": "名簿の誤り"}).status_code == 302
    assert page.post(draw, {"act": "freeze"}).status_code == 302
    assert f"{code}-2" in page.get(draw).content.decode()
    monkeypatch.setattr(clock, "now", lambda: due + timedelta(minutes=1))
    nothing = page.post(draw, {"act": "draw", "line": " "})
    assert (nothing.status_code, "1行を入力してください" in nothing.content.decode()) == (422, True)
    assert page.post(draw, {"act": "draw", "line": "市場指数 終値 1234.56"}).status_code == 302
    assert "当選 2件" in page.get(draw).content.decode()
