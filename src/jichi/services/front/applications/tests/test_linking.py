"""Linking a login with the register: nothing tells whether a person exists, and the letter alone opens the door."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.utils import translation
from pypdf import PdfReader

from conftest import TestDatabase, own_world, shared_world
from jichi.design.readings import missing_readings
from jichi.engines.accounts import linking as requests
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.errors import NotIdentified
from jichi.engines.accounts.events import IdentityProved, ProvedClaims
from jichi.engines.accounts.sign_in import TooManyTries
from jichi.engines.audit import queries as trail
from jichi.engines.audit.context import unit
from jichi.engines.inbox import queries as inbox
from jichi.kernel.clock import standing_at
from jichi.kernel.errors import Conflict, Forbidden, Invalid
from jichi.kernel.localized import LANGUAGES

from .. import linking
from ..handlers import on_identity_proved
from .people import DAISUKE, DAY, SYSTEM, People, client_of, main_of, page, that_day

CLAIM = {"kana": "スズキ　ダイスケ", "birth_date": date(2006, 12, 24), "postcode": "0000001"}
FORM = {
    "act": "ask", "kana": "すずき だいすけ", "birth_date_y": "平成18.12.24", "postcode": "〒000-0001",
}  # fmt: skip


_people = shared_world(that_day)
_committed = own_world(that_day)


@pytest.fixture
def people(db: None, _people: People, settings: Any, tmp_path: Path) -> Iterator[People]:
    settings.JICHI_FILES_ROOT = tmp_path
    with standing_at(DAY):
        yield _people
    translation.activate("ja")


def ask(people: People, **claim: Any) -> requests.LinkRequestInfo:
    return linking.ask_for_link(actor=people.nobody, **{**CLAIM, **claim})


def code_in(pdf: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    found = re.search(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", text)
    assert found, text
    return found[0]


def linked_to(people: People) -> str | None:
    assert people.nobody.account_id
    return accounts.linked_person(people.nobody.account_id)


# -- who gets a letter ---------------------------------------------------------------------------


def test_one_person_matching_gets_a_letter(people: People) -> None:
    request = ask(people)
    assert (request.state, request.addressee_no, request.printed) == ("letter", DAISUKE, False)


@pytest.mark.parametrize(
    "claim",
    [
        {"kana": "スズキ　ダイスキ"},
        {"postcode": "0000002"},
        {"birth_date": date(2006, 12, 25)},
        {"kana": "ヨシダ　アオイ", "birth_date": date(2006, 6, 6)},
    ],
    ids=["another name", "another postcode", "another birthday", "protected"],
)
def test_everybody_else_waits_for_an_official(people: People, claim: dict[str, Any]) -> None:
    request = ask(people, **claim)
    assert (request.state, request.addressee_no) == ("review", "")


def test_a_person_whom_another_login_has_waits_for_an_official(people: People) -> None:
    request = ask(people, kana="シケン　ハナ", birth_date=date(2006, 5, 5))
    assert request.state == "review"


def test_asked_twice_it_is_one_request(people: People) -> None:
    assert ask(people).id == ask(people).id


def test_after_five_tries_a_day_one_waits(people: People) -> None:
    for _try in range(5):
        ask(people)
    with pytest.raises(TooManyTries):
        ask(people)


def test_the_pages_are_the_same_whether_the_person_exists_or_not(people: People) -> None:
    def waiting(form: dict[str, str]) -> str:
        client = client_of(people.nobody)
        assert client.post("/my/link/", form).headers["Location"] == "/my/link/"
        html = main_of(page(client, "/my/link/"))
        wrong = main_of(client.post("/my/link/", {"act": "code", "code": "AAAA-BBBB"}).content.decode())
        client.post("/my/link/", {"act": "withdraw"})
        return re.sub(r'value="[\w-]{40,}"|スズキ ダイスケ|アリマセン コノヒト', "", html + wrong)

    there = waiting(FORM)
    nowhere = waiting({**FORM, "kana": "アリマセン コノヒト"})
    assert there == nowhere


@pytest.mark.parametrize(("language", "prefix"), [(code, "" if code == "ja" else f"/{code}") for code in LANGUAGES])
def test_every_page_in_every_language(people: People, language: str, prefix: str) -> None:
    client = client_of(people.nobody)
    shown = [page(client, f"{prefix}/my/link/")]
    wrong = client.post(f"{prefix}/my/link/", {"act": "ask", "kana": "鈴木", "birth_date_y": "2006", "postcode": "12"})
    assert wrong.status_code == 422
    shown.append(wrong.content.decode())
    client.post(f"{prefix}/my/link/", FORM)
    shown.append(page(client, f"{prefix}/my/link/"))
    linking.decide(actor=people.clerk, request_id=_only(people).id, addressee_no="", reason="内容が合いません。")
    shown.append(page(client, f"{prefix}/my/link/"))
    client.post(f"{prefix}/my/link/", FORM)
    linking.decide(actor=people.clerk, request_id=_only(people).id, addressee_no=DAISUKE, reason="窓口で確かめた")
    shown.append(page(client, f"{prefix}/my/link/"))
    for html in shown:
        assert len(re.findall(r"<h1[ >]", html)) == 1
        if language == "easy":
            assert missing_readings(html) == []


def _only(people: People) -> requests.LinkRequestInfo:
    assert people.nobody.account_id
    found = requests.own_request(people.nobody.account_id)
    assert found
    return found


@pytest.mark.parametrize(
    ("kana", "birth", "postcode", "wrong"),
    [
        ("", None, "", {"kana": "field.required", "birth_date": "field.date_required", "postcode": "field.required"}),
        ("鈴木", date(2000, 1, 1), "0000001", {"kana": "field.kana"}),
        ("スズキ", date(2026, 11, 22), "0000001", {"birth_date": "field.date_too_late"}),
        ("スズキ", date(2000, 1, 1), "12", {"postcode": "field.postcode"}),
        ("ア" * 101, date(2000, 1, 1), "0000001", {"kana": "field.too_long"}),
    ],
)
def test_what_cannot_be_is_refused(kana: str, birth: date | None, postcode: str, wrong: dict[str, str]) -> None:
    with standing_at(DAY), pytest.raises(Invalid) as refused:
        linking.read_claim(kana=kana, birth_date=birth, postcode=postcode)
    assert {name: error.code for name, error in refused.value.fields.items()} == wrong


# -- the letter ----------------------------------------------------------------------------------


def test_the_code_of_the_letter_links_and_is_told_by_mail_and_inbox(people: People) -> None:
    request = ask(people)
    code = code_in(linking.make_letter(actor=people.clerk, request_id=request.id))
    assert linking.enter_code(actor=people.nobody, code=f" {code.lower()} ") == "linked"
    assert linked_to(people) == DAISUKE
    assert people.nobody.account_id
    with unit(people.nobody):
        assert [i.title["en"] for i in inbox.items_for_account(people.nobody.account_id).items] == [
            "Your login is now linked with your resident record"
        ]


def test_printing_is_logged_and_the_code_stands_in_no_table(people: People, django_db_setup: TestDatabase) -> None:
    request = ask(people)
    code = code_in(linking.make_letter(actor=people.clerk, request_id=request.id))
    events = trail.events_of(table="eng_accounts_linkrequest", object_id=str(request.id))
    assert "print" in [event.action for event in events]
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM eng_accounts_linkrequest r")
        assert all(code not in row[0] and code.replace("-", "") not in row[0] for row in cursor.fetchall())


def test_printing_again_ends_the_first_letter(people: People) -> None:
    request = ask(people)
    first = code_in(linking.make_letter(actor=people.clerk, request_id=request.id))
    second = code_in(linking.make_letter(actor=people.clerk, request_id=request.id))
    assert linking.enter_code(actor=people.nobody, code=first) == "wrong"
    assert linking.enter_code(actor=people.nobody, code=second) == "linked"


def test_five_wrong_codes_leave_it_to_an_official(people: People) -> None:
    request = ask(people)
    code = code_in(linking.make_letter(actor=people.clerk, request_id=request.id))
    answers = [linking.enter_code(actor=people.nobody, code="AAAA-BBBB") for _try in range(5)]
    assert answers == ["wrong", "wrong", "wrong", "wrong", "used_up"]
    assert linking.enter_code(actor=people.nobody, code=code) == "used_up"
    assert (_only(people).state, linked_to(people)) == ("review", None)


def test_after_sixty_days_the_code_is_worth_nothing(people: People) -> None:
    request = ask(people)
    code = code_in(linking.make_letter(actor=people.clerk, request_id=request.id))
    with standing_at(DAY + timedelta(days=61)):
        assert linking.enter_code(actor=people.nobody, code=code) == "wrong"
    assert linked_to(people) is None


def test_a_code_is_of_no_use_to_another_login(people: People) -> None:
    request = ask(people)
    code = code_in(linking.make_letter(actor=people.clerk, request_id=request.id))
    with pytest.raises(Conflict):
        linking.enter_code(actor=people.ward.neighbour, code=code)
    assert linked_to(people) is None


def test_no_letter_is_printed_for_a_request_that_waits_for_an_official(people: People) -> None:
    request = ask(people, kana="スズキ　ダイスキ")
    with pytest.raises(Conflict):
        linking.make_letter(actor=people.clerk, request_id=request.id)


def test_a_letter_that_does_not_come_goes_to_an_official_with_work_for_them(people: People) -> None:
    ask(people)
    client = client_of(people.nobody)
    assert client.post("/my/link/", {"act": "lost"}).status_code == 302
    assert "担当課が確かめて、お知らせ箱でお知らせします。" in page(client, "/my/link/")
    assert _only(people).state == "review"
    with unit(people.clerk):
        work = inbox.items_for_staff(people.clerk, scope="division").items
    assert [item.title["ja"] for item in work] == ["ログインと住民の結び付けを確かめる"]


# -- the clerk -----------------------------------------------------------------------------------


def test_the_clerk_searches_compares_and_links(people: People) -> None:
    request = ask(people, postcode="0000009")
    desk = client_of(people.clerk)
    assert "スズキ　ダイスケ" in page(desk, "/staff/links/")
    found = page(desk, f"/staff/links/{request.id}/?q=スズキ")
    assert f"/staff/links/{request.id}/person/{DAISUKE}/" in found
    person = f"/staff/links/{request.id}/person/{DAISUKE}/"
    page(desk, person)
    assert desk.post(person, {"reason": " "}).status_code == 422
    assert linked_to(people) is None
    for _press in range(2):
        assert desk.post(person, {"reason": "窓口でカードを見た"}).status_code == 302
    assert linked_to(people) == DAISUKE
    assert trail.looks_at(subject=DAISUKE).count() >= 1


def test_a_refusal_tells_its_reason_and_one_may_ask_again(people: People) -> None:
    request = ask(people, kana="スズキ　ダイスキ")
    desk = client_of(people.clerk)
    page(desk, f"/staff/links/{request.id}/refuse/")
    assert desk.post(f"/staff/links/{request.id}/refuse/", {"reason": ""}).status_code == 422
    assert desk.post(f"/staff/links/{request.id}/refuse/", {"reason": "<b>窓口へ</b>"}).status_code == 302
    html = page(client_of(people.nobody), "/my/link/")
    assert "&lt;b&gt;窓口へ&lt;/b&gt;" in html
    assert ask(people).state == "letter"


def test_only_the_register_clerk_decides(people: People) -> None:
    request = ask(people)
    for act in (
        lambda: linking.decide(actor=people.nobody, request_id=request.id, addressee_no=DAISUKE, reason="x"),
        lambda: linking.make_letter(actor=people.ward.youth_official, request_id=request.id),
        lambda: linking.letter_came_back(actor=people.ward.youth_official, request_id=request.id),
    ):
        with pytest.raises(Forbidden):
            act()
    assert _only(people) == request


def test_a_person_is_linked_with_one_login_only(people: People) -> None:
    request = ask(people, kana="スズキ　ダイスキ")
    linking.decide(actor=people.clerk, request_id=request.id, addressee_no=DAISUKE, reason="窓口で確かめた")
    other = requests.open_link_request(
        actor=_other(people), kana="スズキ　ダイスケ", birth_date=date(2006, 12, 24), postcode="0000001"
    )[0]
    with pytest.raises(Conflict):
        linking.decide(actor=people.clerk, request_id=other.id, addressee_no=DAISUKE, reason="窓口で確かめた")
    assert requests.link_request(actor=people.clerk, request_id=other.id).state == "review"


def _other(people: People) -> Any:
    from jichi.engines.accounts import actions

    actions.end_link(actor=SYSTEM, account_id=people.ward.neighbour.account_id)  # type: ignore[arg-type] # signed in
    return people.ward.neighbour


def test_pages_say_nothing_to_who_is_not_signed_in(client: Client, people: People) -> None:
    assert client.get("/my/link/").headers["Location"] == "/sign-in/?next=%2Fmy%2Flink%2F"


# -- two tries at the same moment ----------------------------------------------------------------


@pytest.fixture
def committed(_committed: People, settings: Any, tmp_path: Path) -> Iterator[People]:
    settings.JICHI_FILES_ROOT = tmp_path
    with standing_at(DAY):
        yield _committed


def test_tries_at_the_same_moment_are_all_counted(committed: People) -> None:
    ask(committed)
    gate = threading.Barrier(4)

    def guess() -> None:
        try:
            with standing_at(DAY):
                gate.wait(10)
                linking.enter_code(actor=committed.nobody, code="AAAA-BBBB")
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert _only(committed).attempts == 4


def test_without_the_lock_two_tries_count_as_one(committed: People, own_db: TestDatabase) -> None:
    """The same as plain read-then-write: somebody who guesses in parallel would have more than five tries."""
    ask(committed)
    with psycopg.connect(own_db.super_url) as one, psycopg.connect(own_db.super_url) as two:
        seen = []
        for window in (one, two):
            row = window.execute("SELECT attempts FROM eng_accounts_linkrequest").fetchone()
            assert row
            seen.append(row[0])
        for window, attempts in zip((one, two), seen, strict=True):
            window.execute("UPDATE eng_accounts_linkrequest SET attempts = %s", [attempts + 1])
            window.commit()
    assert _only(committed).attempts == 1


# -- by card ---------------------------------------------------------------------------------------


def proved(people: People, **claims: Any) -> None:
    account_id = people.nobody.account_id
    assert account_id is not None
    given = {"kana": "スズキ　ダイスケ", "birth_date": CLAIM["birth_date"], "postcode": "000-0001", **claims}
    on_identity_proved(
        IdentityProved(account_id=account_id, provider="identity", level="card", claims=ProvedClaims(**given))
    )


def test_a_card_links_the_login_where_the_register_knows_exactly_one(people: People) -> None:
    proved(people)
    proved(people)  # told twice: linked once
    assert linked_to(people) == DAISUKE


@pytest.mark.parametrize(
    "claims",
    [{"kana": "スズキ　ハナコ"}, {"birth_date": date(2006, 12, 25)}, {"birth_date": None}, {"kana": "", "name": ""}],
)
def test_a_linked_login_takes_no_card_of_somebody_else(people: People, claims: dict[str, Any]) -> None:
    proved(people)
    with pytest.raises(NotIdentified) as refused:
        proved(people, **claims)
    assert refused.value.code == "identify.other_card"
    proved(people, kana="ｽｽﾞｷ ﾀﾞｲｽｹ", postcode="999-9999")  # a person who moved is still that person
    assert linked_to(people) == DAISUKE


@pytest.mark.parametrize(
    "claims",
    [{"kana": "スズキ　ハナコ"}, {"birth_date": date(2006, 12, 25)}, {"birth_date": None}, {"postcode": ""}],
)
def test_a_card_that_leaves_a_doubt_links_nobody(people: People, claims: dict[str, Any]) -> None:
    proved(people, **claims)
    assert linked_to(people) is None
