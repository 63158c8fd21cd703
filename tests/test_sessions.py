"""A session that ends while somebody types: the words are there again after signing in, for the same person only."""

from __future__ import annotations

import time
from collections.abc import Callable

import psycopg
import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.serializers import JSONSerializer
from django.core import signing

from .browsing import DESK, SHORT, Person
from .conftest import SECRET_KEY, House

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
SAKURA, AOI = "sakura@midori.example", "aoi@midori.example"
SALT = "django.contrib.sessions.SessionStore"
SEEN = "seen"


def half_an_hour_goes_by(house: House) -> None:
    """Every session was last used 31 minutes ago."""
    with psycopg.connect(house.database.super_url) as there:
        for key, data in there.execute("SELECT session_key, session_data FROM eng_accounts_session").fetchall():
            told = signing.loads(data, key=SECRET_KEY, salt=SALT, serializer=JSONSerializer)
            if SESSION_KEY not in told:
                continue
            told[SEEN] = int(time.time()) - 31 * 60
            again = signing.dumps(told, key=SECRET_KEY, salt=SALT, serializer=JSONSerializer, compress=True)
            there.execute("UPDATE eng_accounts_session SET session_data = %s WHERE session_key = %s", (again, key))


def typing(person: Person) -> str:
    """On the page where the companion's name is typed; its path."""
    person.goto("/procedures/coming-of-age/who/")
    person.go_on()
    person.answer_all({**SHORT, "with_companion": "yes"}, until="/q/companion_details/")
    person.give({"companion_name": "山田　由美子"})
    return person.path


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_what_was_typed_is_there_again_after_signing_in(arrive: Arrive, house: House, scripts: bool) -> None:
    person = arrive(scripts=scripts)
    person.goto("/sign-in/")
    person.sign_in(SAKURA)
    where = typing(person)
    half_an_hour_goes_by(house)
    person.press("次へ進む")
    assert person.path == "/sign-in/"
    assert "30分間操作がなかったので、ログアウトしました。" in person.text
    person.sign_in(SAKURA)
    assert person.path == where
    assert person.page.locator("[name=companion_name]").input_value() == "山田　由美子"
    assert "ログインの前に入力した内容を戻しました。" in person.text
    person.give({"companion_relation": "parent"})
    person.press("次へ進む")
    assert person.path.endswith("/q/support/")
    person.page.goto(f"{house.origin}{where.split('q/')[0]}discard/")
    person.go_on()


def test_somebody_else_at_the_same_phone_does_not_see_it(arrive: Arrive, house: House) -> None:
    person = arrive()
    person.goto("/sign-in/")
    person.sign_in(SAKURA)
    where = typing(person)
    half_an_hour_goes_by(house)
    person.press("次へ進む")
    person.sign_in(AOI)
    assert "由美子" not in person.page.content()
    answer = person.goto(where)
    assert answer
    assert answer.status == 404
    assert "由美子" not in person.page.content()


@pytest.mark.parametrize(
    ("login", "step", "name", "button"),
    [
        ("sato", "refuse/", "reason", "決定の前に確かめる"),
        ("suzuki", "correction/?points=name_kana.0", "sentence-name_kana", "送る前に確かめる"),
    ],
)
def test_an_officials_words_are_there_again(
    arrive: Arrive, house: House, login: str, step: str, name: str, button: str
) -> None:
    aoi = arrive()
    aoi.goto("/sign-in/")
    aoi.sign_in(AOI)
    aoi.goto("/procedures/coming-of-age/who/")
    aoi.go_on()
    aoi.answer_all(SHORT)
    number = aoi.declare_and_send()
    person = arrive(width=DESK)
    person.goto("/staff/sign-in/")
    person.sign_in_as_official(login)
    person.goto(f"/staff/cases/{number}/")
    person.press("審査を始める")
    person.goto(f"/staff/cases/{number}/{step}")
    person.page.fill(f"[name={name}]", "申込みの日に住民登録がなかったためです。")
    half_an_hour_goes_by(house)
    person.press(button)
    assert person.path == "/staff/sign-in/"
    assert "入力した内容は残っています。" in person.text
    person.sign_in_as_official(login)
    assert person.page.locator(f"[name={name}]").input_value() == "申込みの日に住民登録がなかったためです。"
    aoi.goto("/sign-in/")
    aoi.sign_in(AOI)
    aoi.goto(f"/items/{number}/withdraw/")
    aoi.go_on()
