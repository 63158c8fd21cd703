"""The pages of an application, from finding the procedure to the receipt: in every language, whole and sound."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from conftest import shared_world
from jichi.design.readings import missing_readings
from jichi.engines.audit import queries as trail
from jichi.engines.audit.context import unit
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries
from jichi.engines.forms.tests.ward import GATHERING, HANA, MIO
from jichi.kernel.clock import standing_at
from jichi.kernel.localized import LANGUAGES

from .people import DAY, SYSTEM, People, answered, build, client_of, draft_of, main_of, page, revision_of
from .test_procedures import plan

pytestmark = pytest.mark.django_db
PREFIXES = [(code, "" if code == "ja" else f"/{code}") for code in LANGUAGES]
HOSTILE = "<script>alert(1)</script>'\"&"
PROCEDURES = ("coming-of-age", "vaccination-form-reissue")


@pytest.fixture(autouse=True)
def _today(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.JICHI_FILES_ROOT = tmp_path
    with standing_at(DAY):
        yield
    translation.activate("ja")


people = shared_world(build)


def sound(html: str, language: str) -> None:
    """One heading; readings over every kanji of a plain page; Japanese only where it is marked as such."""
    assert len(re.findall(r"<h1[ >]", html)) == 1
    if language == "easy":
        assert missing_readings(html) == []
    if language in {"en", "ko"}:
        plain = re.sub(r"<(\w+)[^>]*(?:data-noruby|lang=\"(?:ja|zh-Hans)\")[^>]*>.*?</\1>", "", main_of(html))
        plain = re.sub(r"<[^>]*>|\([^()]*\)|“[^”]*”", "", plain)
        assert re.findall(r"[ぁ-んァ-ヺ]{2,}[^。<]*", plain) == []


# -- every page, every language ------------------------------------------------------------------


@pytest.mark.parametrize(("language", "prefix"), PREFIXES)
def test_finding_a_procedure(client: Client, people: People, language: str, prefix: str) -> None:
    sound(page(client, f"{prefix}/procedures/"), language)
    sound(page(client, f"{prefix}/procedures/?event=birth"), language)
    sound(page(client, f"{prefix}/procedures/?q=zzz"), language)
    for slug in PROCEDURES:
        sound(page(client, f"{prefix}/procedures/{slug}/"), language)


@pytest.mark.parametrize(("language", "prefix"), PREFIXES)
@pytest.mark.parametrize(("slug", "subject"), [("coming-of-age", ""), ("vaccination-form-reissue", MIO)])
def test_answering_every_page(people: People, language: str, prefix: str, slug: str, subject: str) -> None:
    client = client_of(people.hana)
    sound(page(client, f"{prefix}/procedures/{slug}/who/"), language)
    draft_id = draft_of(people.hana, slug, subject)
    with unit(people.hana):
        pages = queries.draft(draft_id).definition.pages
    seen = 0
    for one in pages:
        response = client.get(f"{prefix}/apply/{draft_id}/q/{one.id}/")
        if response.status_code == 200:
            sound(response.content.decode(), language)
            wrong = client.post(f"{prefix}/apply/{draft_id}/q/{one.id}/", {"revision": "1"})
            if wrong.status_code == 422:
                sound(wrong.content.decode(), language)
            seen += 1
    assert seen >= 4
    for step in ("saved", "discard"):
        sound(page(client, f"{prefix}/apply/{draft_id}/{step}/"), language)


@pytest.mark.parametrize(("language", "prefix"), PREFIXES)
def test_checking_and_sending(people: People, language: str, prefix: str) -> None:
    client = client_of(people.hana)
    draft_id = answered(people.hana)
    check = f"{prefix}/apply/{draft_id}/check/"
    html = page(client, check)
    sound(html, language)
    undeclared = client.post(check, {"revision": revision_of(people.hana, draft_id)})
    assert undeclared.status_code == 422
    sound(undeclared.content.decode(), language)
    declared = dict.fromkeys(re.findall(r'name="(declare-[\w-]+)"', html), "1")
    sent = client.post(check, {"revision": revision_of(people.hana, draft_id), **declared})
    assert sent.headers["Location"] == f"{prefix}/apply/{draft_id}/done/"
    sound(page(client, sent.headers["Location"]), language)
    number = re.search(r"/items/([\w-]+)/copy.pdf", page(client, sent.headers["Location"]))
    assert number
    copy = client.get(f"{prefix}/items/{number[1]}/copy.pdf")
    assert (copy.headers["Content-Type"], copy.content[:5]) == ("application/pdf", b"%PDF-")


# -- what becomes of what was typed --------------------------------------------------------------


def test_a_count_of_opening_days_is_said_in_plain_words(client: Client, people: People) -> None:
    assert "開庁日" not in page(client, "/easy/procedures/coming-of-age/")


def test_wrong_answers_stay_in_their_fields_and_the_files_stay_kept(people: People) -> None:
    client = client_of(people.hana)
    draft_id = answered(people.hana, {k: v for k, v in GATHERING.items() if k not in {"support_details"}})
    address = f"/apply/{draft_id}/q/support_details/"
    picture = SimpleUploadedFile("診断書.txt", b"no picture", content_type="image/png")
    response = client.post(
        address,
        {
            "revision": revision_of(people.hana, draft_id), "interpreter_language": "english",
            "support_text": HOSTILE * 40, "support_document": picture,
        },
    )  # fmt: skip
    html = response.content.decode()
    assert response.status_code == 422
    assert "<title>エラー: " in html
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert 'value="english" selected' in html or 'value="english" checked' in html


def test_a_page_saved_in_another_window_is_laid_side_by_side(people: People) -> None:
    client = client_of(people.hana)
    draft_id = draft_of(people.hana)
    address = f"/apply/{draft_id}/q/reading/"
    assert client.post(address, {"revision": "1", "name_kana": "シケン ハナ"}).status_code == 302
    response = client.post(address, {"revision": "1", "name_kana": "シケン カナ"})
    html = response.content.decode()
    assert response.status_code == 409
    assert "<del>シケン　ハナ</del>" in html
    assert "<ins>シケン　カナ</ins>" in html
    assert 'name="revision" value="2"' in html
    with unit(people.hana):
        assert queries.draft(draft_id).answers["name_kana"] == "シケン　ハナ"


def test_the_same_page_pressed_twice_goes_on(people: People) -> None:
    client = client_of(people.hana)
    draft_id = draft_of(people.hana)
    for _press in range(2):
        response = client.post(f"/apply/{draft_id}/q/reading/", {"revision": "1", "name_kana": "シケン ハナ"})
        assert response.headers["Location"] == f"/apply/{draft_id}/q/companion/"


def test_what_was_typed_when_the_session_ended_is_there_after_signing_in(people: People) -> None:
    client = client_of(people.hana)
    draft_id = draft_of(people.hana)
    session = client.session
    session["seen"] = 0
    session.save()
    gone = client.post(f"/apply/{draft_id}/q/reading/", {"revision": "1", "name_kana": "シケン ツヅキ"})
    assert gone.headers["Location"].startswith("/sign-in/?next=")
    assert "expired=1" in gone.headers["Location"]
    back = client_of(people.hana)
    kept = dict(client.session["stash"])
    session = back.session
    session["stash"] = kept
    session.save()
    html = page(back, f"/apply/{draft_id}/q/reading/")
    assert "シケン ツヅキ" in html
    assert "ログインの前に入力した内容を戻しました。" in html
    assert "シケン ツヅキ" not in page(back, f"/apply/{draft_id}/q/reading/")


def test_a_page_that_another_answer_took_away_says_so(people: People) -> None:
    client = client_of(people.hana)
    draft_id = draft_of(people.hana)
    response = client.post(f"/apply/{draft_id}/q/companion_details/", {"revision": "1", "companion_name": "試験 太郎"})
    assert response.status_code == 409
    assert "この質問はなくなりました。" in response.content.decode()


def test_throwing_a_draft_away_twice_is_throwing_it_away_once(people: People) -> None:
    client = client_of(people.hana)
    draft_id = draft_of(people.hana)
    for _press in range(2):
        assert client.post(f"/apply/{draft_id}/discard/").headers["Location"] == "/my/"
    page(client, f"/apply/{draft_id}/", 404)


def test_the_own_address_is_known_and_not_asked_again(people: People) -> None:
    draft_id = draft_of(people.hana)
    assert 'value="hana@example.jp"' in page(client_of(people.hana), f"/apply/{draft_id}/q/contact/")


# -- whose it is ---------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["", "q/register/", "check/", "done/", "saved/", "discard/", "newer/"])
def test_another_persons_draft_is_not_found_and_the_attempt_is_logged(people: People, step: str) -> None:
    draft_id = draft_of(people.hana)
    stranger = client_of(people.ward.neighbour)
    page(stranger, f"/apply/{draft_id}/{step}", 404)
    denied = [
        e.action
        for e in trail.events_of(table=f"front_applications:{_view(step)}", object_id=f"/apply/{draft_id}/{step}")
    ]
    assert denied == ["denied"]
    if step in {"q/register/", "check/", "discard/"}:
        assert stranger.post(f"/apply/{draft_id}/{step}", {"revision": "1"}).status_code == 404
    with unit(people.hana):
        assert queries.draft(draft_id).revision == 1


def _view(step: str) -> str:
    return {"": "resume", "q/register/": "question"}.get(step, step.strip("/"))


def test_nobody_applies_for_a_child_of_another_household(people: People) -> None:
    stranger = client_of(people.ward.neighbour)
    response = stranger.post("/procedures/vaccination-form-reissue/who/", {"subject": MIO})
    assert response.status_code == 404
    with unit(people.ward.neighbour):
        assert queries.drafts_of(people.ward.neighbour.account_id) == []  # type: ignore[arg-type] # signed in


def test_a_file_that_is_not_attached_here_is_not_found(people: People) -> None:
    page(client_of(people.hana), f"/apply/{answered(people.hana)}/file/{uuid4()}/", 404)


# -- the form changed meanwhile ------------------------------------------------------------------


def test_a_newer_form_shows_what_changed_before_going_on(people: People) -> None:
    draft_id = answered(people.hana)
    client = client_of(people.hana)
    forms.close_procedure(actor=SYSTEM, slug="coming-of-age")
    assert client.get(f"/apply/{draft_id}/check/").headers["Location"] == f"/apply/{draft_id}/newer/"
    closed = page(client, f"/apply/{draft_id}/newer/")
    assert "この手続の受付は終わりました。" in closed
    assert "これまでに入力した内容" in closed
    assert "hana@example.jp" in closed
    assert client.get("/procedures/coming-of-age/who/").headers["Location"] == "/procedures/coming-of-age/"


# -- cost ----------------------------------------------------------------------------------------


def test_a_page_costs_the_same_however_much_was_answered(people: People) -> None:
    client = client_of(people.hana)
    draft_id = answered(people.hana)

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            page(client, address)
        return len(counted)

    address = f"/apply/{draft_id}/q/photo/"
    cost(address)
    before = cost(address)
    forms.save_page(
        actor=people.hana, draft_id=draft_id, page="support_details", applicant_no=HANA,
        raw={"interpreter_language": ["english"], "support_text": ["もっと長い文です。"]},
        expected_revision=revision_of(people.hana, draft_id),
    )  # fmt: skip
    assert cost(address) == before


def test_a_file_chosen_in_the_same_press_as_taking_another_off_is_kept(people: People) -> None:
    client = client_of(people.hana)
    draft_id = answered(people.hana, {k: v for k, v in GATHERING.items() if k not in {"support_details"}})
    address = f"/apply/{draft_id}/q/support_details/"
    typed = {"interpreter_language": "english", "support_text": "車いす"}

    def press(name: str, data: bytes, **more: str) -> str:
        upload = SimpleUploadedFile(name, data, content_type="image/jpeg")
        revision = revision_of(people.hana, draft_id)
        return client.post(
            address, {"revision": revision, **typed, "support_document": upload, **more}
        ).content.decode()

    def stored() -> dict[str, str]:
        with unit(people.hana):
            view = queries.draft(draft_id)
            return {one["name"]: one["id"] for one in view.answers.get("support_document", ())}

    press("first.jpg", plan().read())
    first = stored()["first.jpg"]
    html = press("second.jpg", plan().read(), remove=f"support_document:{first}")
    assert list(stored()) == ["second.jpg"]
    assert "second.jpg" in html
    assert "車いす" in html
    second = stored()["second.jpg"]
    refused = press("third.txt", b"no picture", remove=f"support_document:{second}")
    assert "<title>エラー: " in refused
    assert stored() == {}
