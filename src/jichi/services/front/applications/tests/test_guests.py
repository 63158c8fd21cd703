"""Applying without a login, going on by a mailed link, and what becomes of it when somebody signs in."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import translation

from conftest import shared_world
from jichi.engines.accounts import guests
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.actions import create_staff_account
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.accounts.tests.provider import running, walk
from jichi.engines.audit.context import ANONYMOUS, system_actor, unit
from jichi.engines.cases import queries as cases
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries
from jichi.engines.forms.tests.ward import source
from jichi.engines.inbox import queries as inbox
from jichi.kernel import clock
from jichi.kernel.clock import standing_at
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from .people import CARDS, SYSTEM, People, build, client_of, main_of, page
from .test_pages import PREFIXES, sound

pytestmark = pytest.mark.django_db
PLATFORM = system_actor("test guests")
TEXT = {"subject_line": "歩道の段差", "opinion_text": "駅前の歩道に段差があります。"}
HERS = "guest@example.jp"


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.JICHI_FILES_ROOT = tmp_path / "files"


def with_opinions() -> People:
    """The small ward with the procedure that asks for no login."""
    people = build()
    text = source("ward-opinion").replace("division: community", "division: residents")
    forms.publish_definition(actor=SYSTEM, source=text)
    return people


ward = shared_world(with_opinions)


def begun(client: Client) -> UUID:
    """A draft begun by pressing the button."""
    response = client.post("/procedures/ward-opinion/begin/")
    assert response.status_code == 302, response.content.decode()[:800]
    found = re.fullmatch(r"/apply/([0-9a-f-]{36})/", response.headers["Location"])
    assert found is not None, response.headers["Location"]
    return UUID(found[1])


def written(client: Client) -> UUID:
    """A draft with its first page answered."""
    draft_id = begun(client)
    response = client.post(f"/apply/{draft_id}/q/opinion/", {**TEXT, "revision": "1"})
    assert response.headers["Location"] == f"/apply/{draft_id}/q/reply/"
    return draft_id


def sent(client: Client, *, email: str = "") -> UUID:
    """An opinion sent to the end."""
    draft_id = written(client)
    client.post(f"/apply/{draft_id}/q/reply/", {"wants_reply": "yes" if email else "no", "revision": "2"})
    if email:
        client.post(f"/apply/{draft_id}/q/address/", {"email": email, "revision": "3"})
    response = client.post(f"/apply/{draft_id}/check/", {"revision": "4" if email else "3"})
    assert response.headers["Location"] == f"/apply/{draft_id}/done/"
    return draft_id


def guest_of(draft_id: UUID) -> UUID:
    """Whose draft it is."""
    with unit(PLATFORM):
        return queries.draft(draft_id).account_id


def new_link(draft_id: UUID, email: str = HERS) -> str:
    """The path that a mail to the guest would hold."""
    return guests.way_in(guest_of(draft_id), email, f"/apply/{draft_id}/")


def asked_mails() -> list[tuple[str, str]]:
    """(address, path) of the links that were asked for, in order."""
    with unit(PLATFORM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT email, params ->> 'url_path' FROM eng_messages_message WHERE template = 'forms.guest_link' "
            "ORDER BY created_at, id"
        )
        return list(cursor.fetchall())


def count(sql: str, *parameters: object) -> int:
    """A number from the database, as the platform sees it."""
    with unit(PLATFORM), connection.cursor() as cursor:
        cursor.execute(sql, [str(p) for p in parameters])
        return int(cursor.fetchone()[0])


def guest_count() -> int:
    """Guests there are."""
    return count("SELECT count(*) FROM eng_accounts_account WHERE kind = 'guest'")


def test_looking_makes_nothing_and_the_button_begins(ward: People) -> None:
    client = Client()
    assert "/procedures/ward-opinion/begin/" in page(client, "/procedures/ward-opinion/")
    html = main_of(page(client, "/procedures/ward-opinion/begin/"))
    assert "ログインしないで始める" in html
    assert "/sign-in/?next=%2Fprocedures%2Fward-opinion%2Fwho%2F" in html
    assert guest_count() == 0
    draft_id = begun(client)
    assert guest_count() == 1
    assert begun(client) == draft_id  # the same press again
    assert guest_count() == 1
    assert client.get("/procedures/ward-opinion/begin/").headers["Location"] == f"/apply/{draft_id}/"
    assert "書きかけの申請" in page(client, "/procedures/ward-opinion/")
    # Who has a login goes the usual way.
    assert client_of(ward.hana).get("/procedures/ward-opinion/begin/").headers["Location"].endswith("/who/")
    assert client_of(ward.hana).post("/procedures/ward-opinion/begin/").headers["Location"].endswith("/who/")
    assert guest_count() == 1


def test_a_procedure_that_asks_who_it_is_stays_closed(ward: People) -> None:
    client = Client()
    response = client.post("/procedures/coming-of-age/begin/")
    assert response.headers["Location"] == "/procedures/coming-of-age/who/"
    with pytest.raises(Conflict) as refused:
        forms.start_guest_draft(actor=ANONYMOUS, slug="coming-of-age", language="ja", client="192.0.2.1")
    assert refused.value.code == "forms.identify"
    with pytest.raises(Forbidden):
        guests.begin_guest(actor=ward.hana, language="ja", client="192.0.2.1")
    assert guest_count() == 0


def test_from_the_first_page_to_the_receipt_number_without_a_login(ward: People) -> None:
    client = Client()
    draft_id = sent(client, email=HERS)
    html = main_of(page(client, f"/apply/{draft_id}/done/"))
    assert "申請を受け付けました" in html
    assert HERS in html
    assert "お知らせ箱" not in html
    with unit(PLATFORM):
        number = cases.number_of_submission_of_draft(draft_id)
        contact = accounts.contact_of(guest_of(draft_id))
    assert contact is not None
    assert (contact.email, contact.kind) == (HERS, "guest")
    there = "/items/" + number[:4] + "-" + number[4:] + "/" if number else ""
    item = page(client, there)
    assert "歩道の段差" in item
    assert '"/my/"' not in main_of(item)
    assert client.get(f"{there}copy.pdf").headers["Content-Type"] == "application/pdf"
    # Nothing else: whatever needs an account leads to signing in.
    for path in ("/my/", "/my/settings/", "/my/link/", "/inbox/", "/pay/", "/my/representation/", "/sign-in/identity/",
                 "/procedures/coming-of-age/who/", "/my/contact/"):  # fmt: skip
        response = client.get(path)
        assert response.status_code == 404 or response.headers["Location"].startswith("/sign-in/?next="), path


def test_another_guests_application_is_not_there_and_the_try_is_kept(ward: People) -> None:
    hers, other = Client(), Client()
    draft_id = sent(hers)
    begun(other)
    with unit(PLATFORM):
        number = cases.number_of_submission_of_draft(draft_id) or ""
    tried = [f"/apply/{draft_id}/", f"/apply/{draft_id}/link/", f"/apply/{draft_id}/done/", f"/items/{number}/"]
    for path in tried:
        assert other.get(path).status_code == 404
        assert Client().get(path).headers["Location"].startswith("/sign-in/?next=")
    assert (
        count(
            "SELECT count(*) FROM eng_audit_auditevent WHERE action = 'denied' AND object_id LIKE %s", f"%{draft_id}%"
        )
        == 3
    )
    stranger = accounts.signed_in(account_id=guest_of(begun(Client())))
    assert stranger is not None
    with pytest.raises(NotFound):
        forms.mail_link(actor=stranger.actor("", "test"), draft_id=draft_id, email=HERS, client="192.0.2.1")


def test_a_link_opens_its_draft_on_another_device_once_for_the_right_answer(ward: People) -> None:
    first, second, third = Client(), Client(), Client()
    draft_id = written(first)
    assert "続きを始めるには" in page(first, f"/apply/{draft_id}/saved/")
    assert first.post(f"/apply/{draft_id}/link/", {"email": "guest.example.jp"}).status_code == 422
    assert asked_mails() == []
    response = first.post(f"/apply/{draft_id}/link/", {"email": HERS})
    assert response.headers["Location"] == f"/apply/{draft_id}/link/?sent=1"
    assert HERS in page(first, f"/apply/{draft_id}/link/?sent=1")
    assert asked_mails() == [(HERS, f"/apply/{draft_id}/")]
    path = new_link(draft_id)
    assert count("SELECT count(*) FROM eng_accounts_guestlink WHERE token_hash LIKE %s", "%" + path.split("/")[3]) == 0
    html = main_of(page(second, path))
    assert "件名" in html
    assert "歩道の段差" not in html
    assert second.post(path, {"subject_line": "車道"}).status_code == 422
    opened = second.post(path, {"subject_line": " 歩道の段差 "})
    assert opened.headers["Location"] == f"/apply/{draft_id}/"
    # Two devices, one draft: who saves second is shown both.
    assert second.post(f"/apply/{draft_id}/q/reply/", {"wants_reply": "no", "revision": "2"}).status_code == 302
    late = first.post(f"/apply/{draft_id}/q/reply/", {"wants_reply": "yes", "revision": "2"})
    assert late.status_code == 409
    # Used up: it says so, and a new one goes to the same address, once.
    over = third.get(path)
    assert over.status_code == 409
    assert "このリンクは使い終わったか、期限が切れています。" in over.content.decode()
    assert third.post(path, {"subject_line": "歩道の段差"}).status_code == 409
    assert asked_mails() == [(HERS, f"/apply/{draft_id}/")] * 2
    assert third.get(f"/apply/{draft_id}/").headers["Location"].startswith("/sign-in/?next=")


def test_five_wrong_answers_close_a_link_and_mail_a_new_one(ward: People) -> None:
    draft_id = written(Client())
    path, stranger = new_link(draft_id), Client()
    statuses = [stranger.post(path, {"subject_line": f"道{n}"}).status_code for n in range(5)]
    assert statuses == [422, 422, 422, 422, 409]
    assert stranger.post(path, {"subject_line": "歩道の段差"}).status_code == 409
    assert asked_mails() == [(HERS, f"/apply/{draft_id}/")]
    assert stranger.get(f"/apply/{draft_id}/").headers["Location"].startswith("/sign-in/")
    assert count("SELECT count(*) FROM eng_audit_auditevent WHERE action = 'guest_answer_wrong'") == 5


def test_an_old_link_and_one_that_never_was(ward: People) -> None:
    draft_id = written(Client())
    path = new_link(draft_id)
    with unit(PLATFORM), connection.cursor() as cursor:
        cursor.execute("UPDATE eng_forms_draft SET expires_at = expires_at + interval '40 days'")
    with standing_at(clock.now() + timedelta(days=30, seconds=1)):
        assert Client().get(path).status_code == 409
        assert len(asked_mails()) == 1
    assert Client().get("/apply/link/never-was/").status_code == 404


def test_before_anything_is_answered_the_link_alone_opens(ward: People) -> None:
    draft_id = begun(Client())
    path, phone = new_link(draft_id), Client()
    assert "申請の続きを開きます。" in page(phone, path)
    assert phone.post(path).headers["Location"] == f"/apply/{draft_id}/"
    assert page(phone, f"/apply/{draft_id}/q/opinion/")
    # Reminders lead to My page: a guest has none, and comes to the application. So does a link to what is open already.
    reminded = guests.way_in(guest_of(draft_id), HERS, "/my/")
    assert Client().post(reminded).headers["Location"] == f"/apply/{draft_id}/"
    assert phone.get(new_link(draft_id)).headers["Location"] == f"/apply/{draft_id}/"


def test_asking_for_a_link_tells_nobody_which_addresses_there_are(ward: People) -> None:
    client = Client()
    draft_id = sent(Client(), email=HERS)
    answers = []
    for address in (HERS.upper(), "nobody.here@example.jp"):
        response = client.post("/apply/link/", {"email": address})
        answers.append((response.status_code, response.headers["Location"]))
    assert answers == [(302, "/apply/link/?sent=1")] * 2
    assert asked_mails() == [("", f"/apply/{draft_id}/")]
    assert client.post("/apply/link/", {"email": "x"}).status_code == 422
    for _ in range(4):
        client.post("/apply/link/", {"email": HERS})
    assert client.post("/apply/link/", {"email": HERS}).status_code == 429
    assert "sign-in" in page(client, "/apply/link/?next=/my/")


def test_who_signs_in_afterwards_has_it_all_and_the_guest_is_gone(ward: People) -> None:
    """The same session, then a code: drafts, cases and what waits go over; nothing is lost that was there."""
    client = Client()
    draft_id = sent(client)
    guest = guest_of(draft_id)
    with unit(PLATFORM):
        account = ward.hana.account_id
    assert account is not None
    with unit(ward.hana):
        own = forms.start_draft(actor=ward.hana, slug="ward-opinion").id
    other = Client()
    open_draft = written(other)
    old_link = new_link(open_draft)
    assert guests.hand_over(guest_id=guest, account_id=account)
    assert guests.hand_over(guest_id=guest_of(open_draft), account_id=account)
    assert not guests.hand_over(guest_id=guest, account_id=account)
    with unit(ward.hana):
        assert {card.draft.id for card in queries.drafts_of(account)} == {own, open_draft}
        assert [case.title["ja"] for case in cases.cases_of_account(account, open_only=True)] == ["区政へのご意見"]
        assert [item.kind for item in inbox.items_for_account(account).items] == ["notice"]
        found = queries.open_draft(account_id=account, slug="ward-opinion")
        assert found is not None
        assert found.id == own
    assert other.get(f"/apply/{open_draft}/").headers["Location"].startswith("/sign-in/")
    assert client.get("/my/").headers["Location"].startswith("/sign-in/")
    hers = client_of(ward.hana)
    assert hers.get(old_link).headers["Location"] == f"/apply/{open_draft}/"
    assert page(hers, f"/apply/{draft_id}/done/")
    assert count("SELECT count(*) FROM eng_audit_auditevent WHERE action = 'guest_handed_over'") == 2


def test_a_guest_pays_what_is_theirs_and_it_goes_over_with_them(ward: People) -> None:
    text = source("ward-opinion").replace("division: community", "division: residents")
    forms.publish_definition(
        actor=SYSTEM, source=text.replace("fee: 0", "fee: 300").replace("version: 1", "version: 2")
    )
    client, other = Client(), Client()
    draft_id = sent(client)
    found = re.search(r'href="(/pay/[0-9a-f-]{36}/)"', page(client, f"/apply/{draft_id}/done/"))
    assert found is not None
    charge = page(client, found[1])
    assert "300円" in charge
    assert '"/pay/"' not in main_of(charge)
    begun(other)
    assert other.get(found[1]).status_code == 404
    assert other.post(f"{found[1]}start/").status_code == 404
    assert Client().get(found[1]).headers["Location"].startswith("/sign-in/")
    assert ward.hana.account_id is not None
    guests.hand_over(guest_id=guest_of(draft_id), account_id=ward.hana.account_id)
    assert "300円" in page(client_of(ward.hana), found[1])
    assert client.get(found[1]).headers["Location"].startswith("/sign-in/")


def test_to_a_card_a_guest_is_nobody_and_who_signs_in_with_it_takes_all_along(ward: People, tmp_path: Path) -> None:
    with running(tmp_path / "peer", CARDS) as peer:
        client, told = Client(), "この画面で書いていた申請は、ログインした人のものになります。"
        assert told not in page(client, "/sign-in/")
        draft_id = written(client)
        assert told in page(client, "/sign-in/")
        guest = guest_of(draft_id)
        walk(client_of(ward.hana), peer)
        assert walk(client, peer, target=f"/apply/{draft_id}/").headers["Location"] == f"/apply/{draft_id}/"
    assert guest_of(draft_id) == ward.hana.account_id
    assert count("SELECT count(*) FROM eng_accounts_identity WHERE account_id = %s", guest) == 0
    assert page(client, f"/apply/{draft_id}/q/reply/")
    assert page(client, "/my/")


def test_what_is_a_guests_goes_to_nobody_else_whatever_the_code_does(ward: People) -> None:
    draft_id = sent(Client())
    guest = guest_of(draft_id)
    link_it = "INSERT INTO eng_accounts_personlink (account_id, addressee_no, state, how, linked_at)"
    refused = (
        "UPDATE eng_forms_submission SET answers = '{}'",
        "UPDATE eng_forms_draft SET account_id = account_id, page = 'x'",
        f"SELECT forms_hand_over('{ward.hana.account_id}', '{guest}')",
        f"{link_it} VALUES ('{guest}', '1', 'active', 'card', now())",
        f"UPDATE eng_accounts_account SET kind = 'resident', email = 'a@example.jp' WHERE id = '{guest}'",
    )
    for statement in refused:
        with pytest.raises(DatabaseError), transaction.atomic(), unit(PLATFORM), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(DatabaseError), transaction.atomic(), unit(ward.hana), connection.cursor() as cursor:
        cursor.execute("SELECT forms_hand_over(%s, %s)", (guest, ward.hana.account_id))
    with unit(ward.hana), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM eng_accounts_guestlink")
        assert cursor.fetchone()[0] == 0
    with pytest.raises(Forbidden):
        guests.watch(actor=ward.hana, account_id=guest, email=HERS)
    with pytest.raises(Invalid):
        guests.watch(actor=PLATFORM, account_id=guest, email="")


def test_a_guest_is_forgotten_with_the_draft(ward: People) -> None:
    client = Client()
    kept, lost = sent(Client()), written(client)
    new_link(lost)
    guest = guest_of(lost)
    assert forms.forget_guests(actor=PLATFORM) == 0
    with standing_at(clock.now() + timedelta(days=31)):
        assert forms.erase_drafts(actor=PLATFORM, ids=[lost])[0]["eng_forms_draft"] == 1
        assert forms.forget_guests(actor=PLATFORM) == 1
        assert forms.forget_guests(actor=PLATFORM) == 0
    assert guest_count() == 1
    assert guest_of(kept) != guest
    assert count("SELECT count(*) FROM eng_accounts_guestlink WHERE account_id = %s", guest) == 0
    assert client.get(f"/apply/{lost}/").headers["Location"].startswith("/sign-in/")


def test_so_many_begin_from_one_place_and_no_more(ward: People) -> None:
    for _ in range(guests.BEGUN_AN_HOUR):
        guests.begin_guest(actor=ANONYMOUS, language="ja", client="127.0.0.1")
    refused = Client().post("/procedures/ward-opinion/begin/")
    assert refused.status_code == 429
    assert guest_count() == guests.BEGUN_AN_HOUR


@pytest.mark.parametrize(("language", "prefix"), PREFIXES)
def test_every_page_in_every_language(ward: People, language: str, prefix: str) -> None:
    client, phone = Client(), Client()
    sound(page(client, f"{prefix}/procedures/ward-opinion/begin/"), language)
    began = client.post(f"{prefix}/procedures/ward-opinion/begin/").headers["Location"]
    draft_id = UUID(began.rstrip("/").rpartition("/")[2])
    client.post(f"/apply/{draft_id}/q/opinion/", {**TEXT, "revision": "1"})
    path = new_link(draft_id)
    for one in ("/procedures/ward-opinion/", f"/apply/{draft_id}/q/reply/",
                f"/apply/{draft_id}/saved/", f"/apply/{draft_id}/link/", f"/apply/{draft_id}/link/?sent=1",
                "/apply/link/", "/apply/link/?sent=1", path):  # fmt: skip
        sound(page(phone if one in {path, "/apply/link/"} else client, prefix + one), language)
    sound(page(Client(), f"{prefix}/sign-in/?next=/apply/x/&expired=guest&guests=1"), language)
    client.post(f"/apply/{draft_id}/q/reply/", {"wants_reply": "no", "revision": "2"})
    sound(page(client, f"{prefix}/apply/{draft_id}/check/"), language)
    client.post(f"/apply/{draft_id}/check/", {"revision": "3"})
    sound(page(client, f"{prefix}/apply/{draft_id}/done/"), language)
    assert phone.post(prefix + path, {"subject_line": TEXT["subject_line"]}).headers["Location"].startswith(prefix)
    over = Client().get(prefix + path)
    assert over.status_code == 409
    sound(over.content.decode(), language)
    translation.activate("ja")


@pytest.mark.parametrize(("email", "told"), [("", "結果を知らせる先がありません"), (HERS, "結果はメールで届きます")])
def test_the_official_sees_that_nobody_signed_in_and_who_can_be_told(ward: People, email: str, told: str) -> None:
    draft_id = sent(Client(), email=email)
    with unit(PLATFORM):
        number = cases.number_of_submission_of_draft(draft_id)
        (division,) = accounts.divisions([queries.draft(draft_id).division_id])
    clerk = create_staff_account(
        actor=SYSTEM, login="okada", name="岡田 圭", password="many plain words 1", roles=("caseworker",),
        division_codes=(division.code,),
    )  # fmt: skip
    shown = main_of(page(browser(clerk.pk), f"/staff/cases/{number}/"))
    assert "ログインなし" in shown
    assert told in shown


def test_only_a_page_with_a_map_may_ask_where_somebody_is(ward: People, client: Client) -> None:
    draft_id = written(client)
    with_map, without = (client.get(f"/apply/{draft_id}/q/{name}/") for name in ("opinion", "reply"))
    assert with_map.headers["Permissions-Policy"] == "geolocation=(self), camera=(), microphone=()"
    assert without.headers["Permissions-Policy"] == "geolocation=(), camera=(), microphone=()"
