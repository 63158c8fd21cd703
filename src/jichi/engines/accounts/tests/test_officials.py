"""Officials' accounts: made without a password, invited once, and guards over rights."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from jichi.engines.accounts import actions, officials, queries
from jichi.engines.audit.context import Actor, system_actor
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid

from ..models import Account, Invitation, PostHolding

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")
PASSWORD = "-".join(("long", "enough", "word", "26"))
PHRASE = "-".join(("a", "long", "enough", "phrase"))


@pytest.fixture
def boss() -> Actor:
    actions.create_division(actor=SYSTEM, code="information", names={"ja": "情報政策課"})
    row = actions.create_staff_account(
        actor=SYSTEM, login="boss", name="管理 太郎", password=PASSWORD, roles=("administrator",),
        division_codes=("information",), title="主査",
    )  # fmt: skip
    found = queries.signed_in(account_id=row.pk)
    assert found is not None
    return found.actor("r", "test")


def test_who_is_new_has_no_password_until_the_invitation_is_used(boss: Actor, client: Client) -> None:
    key = officials.save_official(
        actor=boss, login="new", name="新人 花子", kana="シンジン ハナコ", email="n@x.example"
    )
    assert officials.save_official(actor=boss, login="new", name="新人 花", kana="シンジン ハナ") == key
    person = queries.organisation(since=clock.today()).people["new"]
    assert (person.name, person.kana, person.email, person.may_sign_in) == ("新人 花", "シンジン ハナ", "", False)

    first = officials.invite(actor=boss, account_id=key, reason="入庁")
    second = officials.invite(actor=boss, account_id=key, reason="紙をなくした")
    assert client.get(first.url_path).status_code == 404
    assert "new" in client.get(second.url_path).content.decode()
    assert client.post(second.url_path, {"password": "short", "again": "short"}).status_code == 422
    good = {"password": PHRASE, "again": PHRASE}
    assert client.post(second.url_path, {**good, "again": "another-long-phrase"}).status_code == 422
    assert Account.objects.get(pk=key).password == "!"
    assert "設定しました" in client.post(second.url_path, good).content.decode()
    assert Account.objects.get(pk=key).check_password(PHRASE)
    assert client.post(second.url_path, {"password": "other-phrase-of-a-thief", "again": "other-phrase-of-a-thief"}
        ).status_code == 404  # fmt: skip
    assert Account.objects.get(pk=key).check_password(PHRASE)


def test_an_invitation_ends_after_14_days_and_with_the_account(boss: Actor) -> None:
    key = officials.save_official(actor=boss, login="new", name="新人")
    token = officials.invite(actor=boss, account_id=key, reason="入庁").url_path.split("/")[-2]
    officials.set_official_active(actor=boss, account_id=key, is_active=False)
    assert officials.invited(token) is None
    with pytest.raises(Conflict, match=r"official\.stopped"):
        officials.invite(actor=boss, account_id=key, reason="入庁")
    officials.set_official_active(actor=boss, account_id=key, is_active=True)
    now = clock.now()
    Invitation.objects.filter(account_id=key).update(created_at=now - timedelta(days=15), expires_at=now)
    assert officials.invited(token) is None
    assert not officials.accept_invitation(token=token, password=PHRASE, client="c")


def test_nobody_raises_their_own_rights_or_makes_administrators_alone(boss: Actor) -> None:
    assert boss.account_id
    with pytest.raises(Conflict, match=r"rights\.own"):
        actions.give_post(
            actor=boss, account_id=boss.account_id, division_code="information", title="係長", roles=("caseworker",)
        )
    key = officials.save_official(actor=boss, login="new", name="新人")
    with pytest.raises(Conflict, match=r"rights\.second"):
        actions.give_post(
            actor=boss, account_id=key, division_code="information", title="主査", roles=("administrator",)
        )
    assert PostHolding.objects.exclude(account_id=boss.account_id).count() == 0
    with pytest.raises(Conflict, match=r"rights\.own"):
        officials.set_official_active(actor=boss, account_id=boss.account_id, is_active=False)
    with pytest.raises(Forbidden):
        officials.invite(actor=boss, account_id=boss.account_id, reason="x")
    with pytest.raises(Invalid):
        officials.save_official(actor=boss, login="x", name="名", email="nowhere")
    with pytest.raises(Forbidden):
        officials.save_official(actor=Actor(kind="staff", account_id=key), login="x", name="名")


def test_the_last_administrator_stays(boss: Actor) -> None:
    assert boss.account_id
    for act in (
        lambda: actions.end_post(
            actor=SYSTEM, account_id=boss.account_id, division_code="information", title="主査",
            ends_on=date(2099, 3, 31),
        ),
        lambda: officials.set_official_active(actor=SYSTEM, account_id=boss.account_id, is_active=False),
        lambda: officials.change_holding(
            actor=SYSTEM, holding_id=PostHolding.objects.get().pk, roles=("administrator",),
            during=DateRange(clock.today(), clock.today() + timedelta(days=3)),
        ),
    ):  # fmt: skip
        with pytest.raises(Conflict, match=r"rights\.last"):
            act()
    assert PostHolding.objects.get().during.upper is None
    assert Account.objects.get(pk=boss.account_id).is_active


def test_a_division_is_renamed_and_abolished_under_the_same_code(boss: Actor) -> None:
    officials.change_division(actor=boss, code="information", names={"ja": "デジタル課"})
    officials.change_division(actor=boss, code="information", is_active=False)
    found = queries.organisation(since=clock.today()).divisions["information"]
    assert (found.name, found.is_active) == ("デジタル課", False)
    assert queries.division("information") is None
