"""Pages of the account administrators: list, one official, a lost authenticator, roles and rights."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client, override_settings

from jichi.engines.accounts import actions, queries
from jichi.engines.accounts.models import Account, RecoveryCode, Session
from jichi.engines.accounts.tests.browser import CHEAP_HASHERS
from jichi.engines.accounts.tests.browser import browser as signed_in_browser
from jichi.engines.audit import queries as trail
from jichi.engines.audit.context import system_actor
from jichi.kernel import clock

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")


@dataclass(frozen=True)
class Town:
    """An administrator and an official with a confirmed authenticator."""

    admin: Account
    sato: Account


@pytest.fixture
def town() -> Town:
    actions.create_division(actor=SYSTEM, code="youth", names={"ja": "子ども若者課"})
    with override_settings(PASSWORD_HASHERS=CHEAP_HASHERS):
        admin, sato = (
            actions.create_staff_account(
                actor=SYSTEM, login=login, name=name, password="many plain words 1", roles=(role,),
                division_codes=("youth",), title=title,
            )
            for login, name, role, title in (
                ("admin", "管理 太郎", "administrator", "主査"), ("sato", "佐藤 <b>真紀</b>", "caseworker", "主事"),
            )
        )  # fmt: skip
    Account.objects.filter(pk=sato.pk).update(totp_secret=b"x", totp_confirmed_at=clock.now())
    RecoveryCode.objects.create(account=sato, code_hash="x")
    return Town(admin, sato)


def browser(account: Account, *, proved_ago: int = 0) -> Client:
    return signed_in_browser(account.pk, proved_ago=proved_ago)


def test_the_list_names_posts_roles_and_authenticator(town: Town) -> None:
    html = browser(town.admin).get("/staff/accounts/").content.decode()
    for words in ("佐藤 &lt;b&gt;真紀&lt;/b&gt;", "子ども若者課 主事", "担当", "登録済", "未登録"):
        assert words in html, words
    assert "<b>真紀" not in html


@pytest.mark.parametrize(("query", "found"), [("q=佐藤", 1), ("q=SATO", 1), ("q=だれも", 0), ("role=administrator", 1)])
def test_the_list_is_searched(town: Town, query: str, found: int) -> None:
    html = browser(town.admin).get(f"/staff/accounts/?{query}").content.decode()
    assert len(re.findall(r'href="/staff/accounts/[0-9a-f-]{36}/"', html)) == found


def test_long_lists_go_on(town: Town) -> None:
    for place in range(25):
        Account.objects.create(
            kind="staff", login=f"x{place:02}", name=f"名{place}", created_at=clock.now(), password="!"
        )
    first = queries.officials(limit=20)
    second = queries.officials(limit=20, after=first.next_after)
    assert (len(first.rows), len(second.rows), second.next_after) == (20, 7, "")
    assert len({o.login for o in (*first.rows, *second.rows)}) == 27


def test_one_official_s_rights_are_listed(town: Town) -> None:
    html = browser(town.admin).get(f"/staff/accounts/{town.sato.pk}/").content.decode()
    assert "審査と補正依頼" in html
    assert "認証アプリの登録を取り消す" in html


def test_resetting_ends_sessions_and_gives_a_code_once(town: Town) -> None:
    signed_in = browser(town.sato)
    assert signed_in.get("/staff/").status_code == 200
    address = f"/staff/accounts/{town.sato.pk}/reset/"
    response = browser(town.admin).post(address, {"reason": "電話を紛失。職員証で確認。"})
    html = response.content.decode()
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", html)
    assert code is not None
    assert response.headers["Cache-Control"] == "no-store"
    assert code.group() not in browser(town.admin).get(address).content.decode()
    now = Account.objects.get(pk=town.sato.pk)
    assert (now.totp_secret, now.totp_confirmed_at, bool(now.enrolment_code)) == (None, None, True)
    assert not RecoveryCode.objects.filter(account=town.sato).exists()
    assert not Session.objects.filter(account_id=town.sato.pk).exists()
    assert signed_in.get("/staff/").status_code == 302
    (kept,) = resets(town.sato)
    assert kept.detail is not None
    assert (kept.actor_id, kept.detail["reason"]) == (town.admin.pk, "電話を紛失。職員証で確認。")


def resets(account: Account) -> list[Any]:
    found = trail.events_of(table="eng_accounts_account", object_id=str(account.pk))
    return [event for event in found if event.action == "second_factor_reset"]


@pytest.mark.parametrize("case", ["no reason", "oneself", "proved long ago", "another role"])
def test_a_reset_that_is_refused_changes_nothing(town: Town, case: str) -> None:
    who = town.sato if case == "another role" else town.admin
    whom = town.admin if case == "oneself" else town.sato
    before = Account.objects.filter(pk=whom.pk).values().get()
    client = browser(who, proved_ago=601 if case == "proved long ago" else 0)
    reason = " " if case == "no reason" else "紛失"
    response = client.post(f"/staff/accounts/{whom.pk}/reset/", {"reason": reason})
    wanted = {"no reason": 422, "oneself": 200, "proved long ago": 302, "another role": 404}
    assert response.status_code == wanted[case]
    assert Account.objects.filter(pk=whom.pk).values().get() == before
    assert not resets(whom)


def test_the_matrix_shows_every_right_and_every_role(town: Town) -> None:
    html = browser(town.admin).get("/staff/accounts/roles/").content.decode()
    for permission in queries.all_permissions().values():
        assert permission.title["ja"] in html
    assert html.count('<th scope="col">') == 1 + len(queries.role_matrix())


def test_others_find_none_of_it(town: Town) -> None:
    for address in ("/staff/accounts/", "/staff/accounts/roles/", f"/staff/accounts/{town.admin.pk}/"):
        assert browser(town.sato).get(address).status_code == 404
