"""Other people's things: guessed addresses, forged fields, protected addresses, words that must stand in no log."""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from pypdf import PdfReader

from conftest import TestDatabase
from jichi.config.logs import PlainFormatter
from jichi.engines.audit.context import unit
from jichi.engines.cases import actions as cases
from jichi.engines.cases import queries as case_queries
from jichi.engines.forms import queries as form_queries
from jichi.engines.inbox import actions as inbox
from jichi.engines.registry.rules import PURPOSES
from jichi.kernel.errors import Conflict
from jichi.kernel.receipt_number import format_number

from . import intruder
from .people import SECOND, Ward, applied, drafted, sent, somebody


@pytest.fixture
def ward(ward_db: TestDatabase) -> Iterator[Ward]:
    made = Ward(ward_db)
    yield made
    made.wire.close()
    connection.close()


# -- guessed addresses ---------------------------------------------------------------------------


def test_whose_draft_it_is_decides_who_opens_it(ward: Ward) -> None:
    owner, others = ward.resident("sakura"), [ward.resident("ai"), ward.resident("daisuke"), ward.official("sato")]
    if ward.one("SELECT count(*) FROM eng_cases_case WHERE account_id = %s", owner.account_id):
        owner = ward.resident("aoi")
    draft = drafted(owner)
    page = form_queries.draft
    with unit(owner.actor):
        first = page(draft).definition.pages[0].id
        files = [f.id for found in form_queries.draft_files(draft).values() for f in found]
    paths = [f"/apply/{draft}/", f"/apply/{draft}/q/{first}/", f"/apply/{draft}/saved/", f"/apply/{draft}/check/",
             f"/apply/{draft}/done/", f"/apply/{draft}/newer/", f"/apply/{draft}/discard/",
             *(f"/apply/{draft}/file/{one}/" for one in files)]  # fmt: skip
    before = ward.one("SELECT answers::text || revision FROM eng_forms_draft WHERE id = %s", draft)
    for other in others:
        client = other.client()
        wanted = 302 if other.actor.kind == "staff" else 404
        assert {client.get(path).status_code for path in paths} == {wanted}, other.actor.name
        for path in paths:
            answer = client.post(path, {"revision": "1", "register_ok": "no", "phone": "0399999999"})
            assert answer.status_code in {wanted, 405}, path
    assert ward.one("SELECT answers::text || revision FROM eng_forms_draft WHERE id = %s", draft) == before
    assert ward.one("SELECT count(*) FROM eng_audit_auditevent WHERE action = 'denied' AND object_id LIKE %s",
                    f"/apply/{draft}/%") > 0  # fmt: skip


def test_a_case_its_documents_and_files_are_its_applicants_and_its_divisions(ward: Ward) -> None:
    owner, opened = applied(ward)
    sato = ward.official("sato")
    with unit(sato.actor):
        record = case_queries.look_at_case(actor=sato.actor, number=opened.number)
        files = form_queries.files_of(form_queries.submission(record.submission_id))
    if record.decision is None:
        if record.assignee_id != sato.account_id:
            cases.take_case(actor=sato.actor, case_id=opened.case_id, expected_version=record.version)
        suzuki = ward.official("suzuki")
        cases.decide_case(
            actor=suzuki.actor, case_id=opened.case_id, outcome="approved", reason="",
            expected_version=ward.one("SELECT version FROM eng_cases_case WHERE id = %s", opened.case_id),
        )  # fmt: skip
    document = ward.one("SELECT id FROM eng_cases_issueddocument WHERE case_id = %s", opened.case_id)
    number = format_number(opened.number)
    theirs = [f"/items/{number}/", f"/items/{number}/withdraw/", f"/items/{number}/copy.pdf",
              f"/items/{number}/documents/{document}/",
              *(f"/items/{number}/files/{one}/" for one in files)]  # fmt: skip
    offices = [f"/staff/cases/{number}/", f"/staff/cases/{number}/approve/", f"/staff/cases/{number}/refuse/",
               f"/staff/cases/{number}/documents/{document}/"]  # fmt: skip
    assert owner.client().get(theirs[0]).status_code == 200
    assert sato.client().get(offices[0]).status_code == 200
    for name in ("ai", "daisuke", "zihan"):
        client = ward.resident(name).client()
        assert {client.get(path).status_code for path in theirs} == {404}, name
        assert {client.get(path).status_code for path in offices} == {302}, name
    for login in ("takagi", "mori", "admin"):
        client = ward.official(login).client()
        assert {client.get(path).status_code for path in offices} == {404}, login
        assert {client.get(path).status_code for path in theirs} == {302}, login
    assert {Client().get(path).status_code for path in (*theirs, *offices)} == {302}
    stranger = ward.resident("ai").client()
    assert stranger.post(f"/items/{number}/withdraw/").status_code == 404
    assert ward.one("SELECT status FROM eng_cases_case WHERE id = %s", opened.case_id) == "approved"


def test_a_file_is_not_reached_through_a_case_or_draft_of_ones_own(ward: Ward) -> None:
    _owner, opened = applied(ward)
    file_id = ward.one("SELECT file_id FROM eng_cases_issueddocument LIMIT 1")
    _other, own = applied(ward, "zihan")
    assert own.number != opened.number
    client = ward.resident("zihan").client()
    for one in (file_id, uuid4()):
        assert client.get(f"/items/{format_number(own.number)}/files/{one}/").status_code == 404
        assert client.get(f"/items/{format_number(own.number)}/documents/{one}/").status_code == 404


def test_inbox_entries_are_marked_by_their_owner(ward: Ward) -> None:
    owner, _opened = applied(ward)
    item = ward.one("SELECT max(id) FROM eng_inbox_workitem WHERE account_id = %s", owner.account_id)
    for other in (ward.resident("ai"), ward.official("sato"), ward.official("admin")):
        with unit(other.actor):
            inbox.mark_read(actor=other.actor, item_ids=[item])
    assert ward.one("SELECT read_at FROM eng_inbox_workitem WHERE id = %s", item) is None
    inbox.mark_read(actor=owner.actor, item_ids=[item])
    assert ward.one("SELECT read_at FROM eng_inbox_workitem WHERE id = %s", item) is not None


# -- whom one may apply for ----------------------------------------------------------------------


def test_nobody_applies_for_a_child_of_another_household(ward: Ward) -> None:
    parent = ward.resident("ai")
    stranger = ward.child_of(parent, other=True)
    before = ward.one("SELECT count(*) FROM eng_forms_draft")
    client = parent.client()
    for subject in (stranger, f" {stranger}", "0" * 10, "' OR 1=1 --", parent.number, ward.resident("sakura").number):
        assert client.post(f"/procedures/{SECOND}/who/", {"subject": subject}).status_code == 404, subject
    assert client.post("/procedures/coming-of-age/who/", {"subject": ward.resident("sakura").number}).status_code == 404
    assert ward.one("SELECT count(*) FROM eng_forms_draft") == before
    assert ward.one(
        "SELECT count(*) FROM eng_audit_auditevent WHERE action = 'denied' AND subject = %s AND actor_id = %s",
        stranger, parent.account_id,
    ) > 0, "whom it was tried for stands in the trail"  # fmt: skip


def test_a_child_that_left_the_household_is_not_applied_for_any_more(ward: Ward) -> None:
    parent = ward.resident("ai")
    child = ward.child_of(parent)
    draft = drafted(parent, SECOND, child)
    ready = parent.client().get(f"/apply/{draft}/check/")
    assert ready.status_code == 200, "without the move it could be sent"
    ward.wire.execute(
        "UPDATE eng_registry_resident SET household_no = '9999999999', name = '隠れ　名', kana = 'カクレ　ナ' "
        "WHERE addressee_no = %s AND is_current", (child,),
    )  # fmt: skip
    client = parent.client()
    for page in ("", "q/child/", "check/", "saved/"):
        shown = intruder.words(client.get(f"/apply/{draft}/{page}", follow=True))
        assert "隠れ" not in shown, "what the register says since then is not theirs to see"
    assert client.post(f"/apply/{draft}/check/", {"revision": "1"}).status_code == 409
    with pytest.raises(Conflict) as refused:
        sent(parent, draft)
    assert refused.value.code == "forms.not_eligible"
    assert ward.one("SELECT count(*) FROM eng_forms_submission WHERE draft_id = %s", draft) == 0


def test_a_login_that_is_no_longer_linked_sends_nothing_for_the_person(ward: Ward) -> None:
    parent = ward.resident("ai")
    draft = drafted(parent, SECOND, ward.child_of(parent))
    ward.wire.execute("UPDATE eng_accounts_personlink SET state = 'ended' WHERE account_id = %s", (parent.account_id,))
    unlinked = somebody(parent.account_id)
    assert unlinked.number == ""
    with pytest.raises(Conflict) as refused:
        sent(unlinked, draft)
    assert refused.value.code == "forms.not_eligible"
    assert ward.one("SELECT count(*) FROM eng_forms_submission WHERE draft_id = %s", draft) == 0


FORGED = {
    "account": "{other}", "account_id": "{other}", "division": "99", "division_id": "99", "subject_no": "{no}",
    "subject": "{no}", "applicant_no": "{no}", "status": "approved", "number": "K7M42QF9", "submitted_at": "2020-01-01",
    "expires_at": "2999-01-01", "version_id": "99", "corrects_id": "{other}", "editable": "email",
    "decision": "approved",
    "assignee_id": "{other}", "once_key": "x", "checks": "[]", "revision_": "9", "is_active": "1",
    "roles": "administrator",
}  # fmt: skip


def test_fields_that_no_page_asks_for_change_nothing(ward: Ward) -> None:
    parent, other = ward.resident("ai"), ward.resident("sakura")
    child = ward.child_of(parent)
    draft = drafted(parent, SECOND, child)
    forged = {k: v.format(other=other.account_id, no=other.number) for k, v in FORGED.items()}
    what = "SELECT row(account_id, subject_no, corrects_id, editable, version_id, procedure_id, submitted_at)::text "
    before = ward.one(what + "FROM eng_forms_draft WHERE id = %s", draft)
    client = parent.client()
    with unit(parent.actor):
        view = form_queries.draft(draft)
    for page in view.definition.pages:
        client.post(f"/apply/{draft}/q/{page.id}/", {**forged, "revision": "1"})
        client.post(f"/apply/{draft}/q/{page.id}/", {**forged, "revision": str(view.revision)})
    assert ward.one(what + "FROM eng_forms_draft WHERE id = %s", draft) == before
    kept = ward.one("SELECT answers FROM eng_forms_draft WHERE id = %s", draft)
    assert set(kept) <= set(view.definition.fields)
    account = (
        "SELECT row(kind, login, email, is_active, session_generation)::text FROM eng_accounts_account WHERE id = %s"
    )
    was = ward.one(account, parent.account_id)
    client.post("/my/contact/", {**forged, "topics": ["cases", "security", "nonsense"], "email": "x@evil.jp"})
    client.post("/my/link/", {**forged, "act": "ask", "kana": "ア", "state": "linked", "addressee_no": other.number})
    assert ward.one(account, parent.account_id) == was
    assert ward.one("SELECT count(*) FROM eng_accounts_personlink WHERE account_id = %s AND addressee_no = %s",
                    parent.account_id, other.number) == 0  # fmt: skip


def test_forged_fields_do_not_decide_a_case(ward: Ward) -> None:
    _owner, opened = applied(ward, "zihan")
    sato = ward.official("sato")
    number = format_number(opened.number)
    before = ward.one("SELECT status FROM eng_cases_case WHERE id = %s", opened.case_id)
    client = sato.client()
    for path in ("approve/", "refuse/", "correction/", "take/", "release/"):
        client.post(f"/staff/cases/{number}/{path}", {"act": "decide", "reason": "x", "version": "999", **FORGED})
    assert ward.one("SELECT status FROM eng_cases_case WHERE id = %s", opened.case_id) == before


# -- protected addresses -------------------------------------------------------------------------


def text_of(answer: Any) -> str:
    """All words of a page, file or PDF."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    intruder.release(answer)
    if answer.headers.get("Content-Type", "").startswith("application/pdf"):
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    return str(body.decode("cp932" if "Shift_JIS" in answer.headers.get("Content-Type", "") else "utf-8", "replace"))


def test_a_protected_address_stands_nowhere_an_official_without_the_right_can_look(ward: Ward) -> None:
    moved = (
        "UPDATE eng_registry_address SET town = %s, block = %s, building = %s, postcode = %s WHERE addressee_no = %s"
    )
    number = ward.resident("aoi").number
    ward.wire.execute(moved, ("隠町九丁目", "77番78号", "ひみつ荘", "9870065", number))  # type: ignore[arg-type] # test's own
    owner, opened = applied(ward, "aoi")
    assert opened.fresh
    town, postcode = "隠町九丁目", "9870065"
    secret = re.compile("隠町|77番78号|ひみつ荘|9870065|987-0065")
    assert secret.search(intruder.words(owner.client().get("/my/family/"))), "the person's own page shows it"
    number = format_number(opened.number)
    suzuki, sato = ward.official("suzuki"), ward.official("sato")
    if ward.one("SELECT status FROM eng_cases_case WHERE id = %s", opened.case_id) == "received":
        cases.take_case(actor=sato.actor, case_id=opened.case_id, expected_version=1)
    if ward.one("SELECT status FROM eng_cases_case WHERE id = %s", opened.case_id) == "reviewing":
        version = ward.one("SELECT version FROM eng_cases_case WHERE id = %s", opened.case_id)
        cases.decide_case(
            actor=suzuki.actor, case_id=opened.case_id, outcome="approved", reason="", expected_version=version
        )
    document = ward.one("SELECT id FROM eng_cases_issueddocument WHERE case_id = %s", opened.case_id)
    code = ward.one("SELECT verification_code FROM eng_cases_issueddocument WHERE case_id = %s", opened.case_id)
    paths = [
        "/staff/", "/staff/?scope=division", "/staff/cases/", f"/staff/cases/?q={owner.actor.name}",
        f"/staff/cases/?q={owner.number}", f"/staff/cases/{number}/", "/staff/cases/export/",
        "/staff/cases/export/?encoding=sjis", "/staff/cases/export/?procedure=coming-of-age",
        "/staff/cases/export/?procedure=coming-of-age&encoding=sjis", f"/staff/search/?q={number}",
        f"/staff/search/?q={town}", f"/staff/people/?q={owner.number}", f"/staff/people/?q={town}",
        f"/staff/people/{owner.number}/?purpose={next(iter(PURPOSES))}", f"/staff/cases/{number}/approve/",
        f"/staff/cases/{number}/correction/", f"/staff/cases/{number}/documents/{document}/", "/staff/messages/",
        f"/verify/{code}/", f"/staff/cases/?q={postcode}",
    ]  # fmt: skip
    opened_by: dict[str, int] = {}
    for login in ("sato", "suzuki", "takagi", "admin", "mori"):
        client = ward.official(login).client()
        for path in paths:
            answer = client.get(path)
            opened_by[path] = opened_by.get(path, 0) + (answer.status_code == 200)
            hit = secret.search(text_of(answer).replace(path.partition("q=")[2] or "\0", ""))
            assert hit is None, f"{login} reads {hit.group() if hit else ''} on {path}"
    shown = [path for path, count in opened_by.items() if count]
    assert len(shown) > 14, opened_by
    listed = list(csv.reader(io.StringIO(text_of(sato.client().get("/staff/cases/export/")).lstrip("\ufeff"))))
    assert any(number in line and "【閲覧制限】" in line for line in listed) or not any(
        number in line for line in listed
    )
    told = ward.one("SELECT string_agg(coalesce(detail::text, '') || purpose || object_id, ' ') "
                    "FROM eng_audit_auditevent WHERE table_name NOT LIKE 'eng_registry%%' "
                    "AND action <> 'search'")  # fmt: skip
    hit = secret.search(told)
    assert hit is None, told[max(0, hit.start() - 200) : hit.end() + 50]
    mails = ward.one("SELECT string_agg(params::text, ' ') FROM eng_messages_message") or ""
    found = ward.one("SELECT string_agg(folded || title::text || summary::text, ' ') FROM eng_inbox_searchentry") or ""
    assert not secret.search(mails + found)


def test_who_may_see_a_protected_address_asks_for_it_and_is_written_down(ward: Ward) -> None:
    aoi, mori = ward.resident("aoi"), ward.official("mori")
    block = ward.one("SELECT block FROM eng_registry_address WHERE addressee_no = %s AND is_current", aoi.number)
    path = f"/staff/people/{aoi.number}/"
    purpose = next(iter(PURPOSES))
    before = ward.one("SELECT count(*) FROM eng_audit_auditevent WHERE action = 'reveal_address'")
    client = mori.client()
    assert block not in intruder.words(client.get(path, {"purpose": purpose, "act": "reveal"}))
    assert block in intruder.words(client.post(path, {"purpose": purpose, "act": "reveal"}))
    assert ward.one("SELECT count(*) FROM eng_audit_auditevent WHERE action = 'reveal_address'") == before + 1
    for login in ("sato", "suzuki", "takagi"):
        answer = ward.official(login).client().post(path, {"purpose": purpose, "act": "reveal"})
        assert block not in intruder.words(answer), login


# -- logs ----------------------------------------------------------------------------------------


@pytest.fixture
def log() -> Iterator[Callable[[], str]]:
    """Everything any logger says, as the house writes it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(PlainFormatter("%(levelname)s %(name)s %(message)s"))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield out.getvalue
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_log_names_anybody_during_a_whole_journey(
    ward: Ward, log: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jichi.engines.accounts.rules.new_sign_in_code", lambda: "918273")
    client = Client(raise_request_exception=False)
    client.post("/sign-in/", {"email": "aoi@midori.example"})
    client.post("/sign-in/code/", {"code": "000000"})
    client.post("/sign-in/code/", {"code": "918273"})
    owner, opened = applied(ward, "aoi")
    number = format_number(opened.number)
    for path in ("/my/", "/my/family/", f"/items/{number}/", f"/items/{number}/copy.pdf", "/search/?q=山田さくら",
                 "/items/K7M4-2QF9/", "/my/looks/", "/there-is-no/山田さくら/"):  # fmt: skip
        intruder.words(client.get(path))
    client.post("/my/link/", {"kana": "ヤマダサクラ", "postcode": "1234567"})
    nobody = Client(raise_request_exception=False)
    nobody.post("/staff/sign-in/", {"login": "sato", "password": "Pa55-word-of-mine"})
    clerk = ward.official("mori").client()
    for path in ("/staff/people/?q=山田さくら", f"/staff/people/{owner.number}/", "/staff/search/?q=山田さくら"):
        intruder.words(clerk.get(path))
    upload = SimpleUploadedFile("山田さくらの診断書.pdf", b"%PDF-1.4 not really", content_type="application/pdf")
    client.post("/apply/x/q/y/", {"file": upload})
    client.raise_request_exception = False
    monkeypatch.setattr("jichi.portals.resident.my_views.inbox.items_for_account", None)
    assert client.get("/my/").status_code == 500
    said = log()
    assert "Internal Server Error" in said
    names = ward.one("SELECT name || ' ' || kana FROM eng_registry_resident WHERE addressee_no = %s AND is_current",
                     owner.number).split()  # fmt: skip
    for word in (
        "山田",
        "さくら",
        "ヤマダ",
        "aoi@",
        "918273",
        "000000",
        "Pa55",
        "1234567",
        "診断書",
        owner.number,
        *names,
    ):
        assert word not in said, word
