"""From a design to a version by a second person; a test run without a trace; translations one by one."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from pypdf import PdfReader

from jichi.engines.audit.context import ANONYMOUS, unit
from jichi.engines.forms import actions as forms_actions
from jichi.engines.forms import queries as forms
from jichi.engines.forms.translating import translations_xlsx
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Invalid, NotFound

from .. import actions, queries, rules
from ..errors import BadFile
from ..models import Design
from .office import FIELD, SYSTEM, Office, at, say, seen
from .written import complete


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def test_a_second_person_publishes_and_two_presses_are_one_version(office: Office) -> None:
    office.published()
    id = actions.begin_new_version(actor=office.sato, slug="bench")
    assert actions.begin_new_version(actor=office.suzuki, slug="bench") == id
    with pytest.raises(Conflict) as same:
        actions.ask_publication(actor=office.sato, id=id, publish_at=None, expected_revision=1)
    assert same.value.code == "designer.nothing_new"
    say(office, id, "label", "新しい見出し")
    page = at(office.sato).get(f"/staff/designer/{id}/publish/").content.decode()
    assert "公開すると第2版になります" in page
    actions.ask_publication(actor=office.sato, id=id, publish_at=None, expected_revision=2)
    with pytest.raises(Conflict) as locked:
        say(office, id, "label", "あとから", revision=2)
    assert locked.value.code == "designer.locked"
    for who, error in ((office.sato, NotFound), (office.takagi, NotFound)):
        with pytest.raises(error):
            actions.approve(actor=who, id=id, expected_revision=2)
    assert actions.approve(actor=office.suzuki, id=id, expected_revision=2) == 2
    assert actions.approve(actor=office.suzuki, id=id, expected_revision=2) == 2
    assert forms.procedure("bench").definition.version == 2
    assert forms.procedure("bench").definition.fields["question_1"].name["ja"] == "新しい見出し"


def test_nobody_approves_their_own_request(office: Office) -> None:
    id = office.design()
    actions.ask_publication(actor=office.suzuki, id=id, publish_at=None, expected_revision=1)
    with pytest.raises(Conflict) as refused:
        actions.approve(actor=office.suzuki, id=id, expected_revision=1)
    assert refused.value.code == "designer.own_request"
    with pytest.raises(IntegrityError), transaction.atomic(), unit(SYSTEM):
        Design.objects.filter(pk=id).update(approved_by=office.suzuki.account_id)
    with pytest.raises(NotFound):
        forms.procedure("bench")
    with unit(office.hayashi):
        actions.refuse(actor=office.hayashi, id=id, reason="根拠の条が違います")
    found = seen(office.suzuki, id)
    assert (found.state, found.answer) == ("draft", "根拠の条が違います")
    assert at(office.hayashi).post(f"/staff/designer/{id}/publish/", {"act": "refuse", "reason": ""}).status_code == 422


def test_it_is_published_at_its_moment_and_not_before(office: Office) -> None:
    id = office.design()
    moment = clock.now() + timedelta(hours=2)
    with pytest.raises(Invalid):
        actions.ask_publication(actor=office.sato, id=id, publish_at=clock.now(), expected_revision=1)
    actions.ask_publication(actor=office.sato, id=id, publish_at=moment, expected_revision=1)
    assert actions.approve(actor=office.suzuki, id=id, expected_revision=1) is None
    assert actions.publish_due(actor=SYSTEM) == 0
    with unit(SYSTEM):
        Design.objects.filter(pk=id).update(publish_at=clock.now() - timedelta(seconds=1))
    assert (actions.publish_due(actor=SYSTEM), actions.publish_due(actor=SYSTEM)) == (1, 0)
    assert forms.procedure("bench").definition.version == 1
    assert seen(office.sato, id).published_version == 1


def test_a_request_taken_back_lets_the_design_be_changed_again(office: Office) -> None:
    id = office.design()
    actions.ask_publication(actor=office.sato, id=id, publish_at=None, expected_revision=1)
    assert office.suzuki.account_id is not None
    actions.take_back(actor=office.sato, id=id)
    assert say(office, id, "label", "直した") == 2
    with pytest.raises(Conflict) as refused:
        actions.approve(actor=office.suzuki, id=id, expected_revision=2)
    assert refused.value.code == "designer.not_asked"


def test_a_procedure_is_stopped_by_who_may_publish(office: Office) -> None:
    office.published()
    for stranger in (office.sato, office.takagi):
        with pytest.raises(NotFound):
            actions.stop_procedure(actor=stranger, slug="bench")
    page = at(office.suzuki).post("/staff/designer/running/bench/", {"act": "stop"})
    assert page.status_code == 422
    assert forms.procedure("bench").published
    assert at(office.suzuki).post("/staff/designer/running/bench/", {"act": "stop", "sure": "1"}).status_code == 302
    assert not forms.procedure("bench").published
    assert "停止" in at(office.sato).get("/staff/designer/").content.decode()
    with pytest.raises(Conflict):
        actions.begin_new_version(actor=office.takagi, slug="bench")
    id = actions.begin_new_version(actor=office.sato, slug="bench")
    actions.ask_publication(actor=office.sato, id=id, publish_at=None, expected_revision=1)
    assert actions.approve(actor=office.suzuki, id=id, expected_revision=1) == 2


def test_nobody_publishes_for_a_division_that_is_not_theirs(office: Office) -> None:
    id = office.design()
    say(office, id, "division", "health", place=())
    with pytest.raises(Conflict) as refused:
        actions.ask_publication(actor=office.sato, id=id, publish_at=None, expected_revision=2)
    assert refused.value.code == "designer.not_yours"
    assert seen(office.sato, id).state == "draft"


def everything() -> dict[str, tuple[int, str]]:
    """Rows and their content of every table, but for sessions."""
    with connection.cursor() as cursor, unit(SYSTEM):
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        tables = sorted(row[0] for row in cursor.fetchall())
        found = {}
        for table in tables:
            if "session" in table or not _readable(cursor, table):
                continue
            cursor.execute(
                f"SELECT count(*), coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') FROM \"{table}\" t"
            )
            found[table] = cursor.fetchone()
    return found


def _readable(cursor: Any, table: str) -> bool:
    cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [table])
    return bool(cursor.fetchone()[0])


def test_a_test_run_goes_to_the_end_and_leaves_no_trace(office: Office) -> None:
    fields = [
        {"id": "q_file", "kind": "file", "label": "写真"}, {"id": "q_day", "kind": "date", "label": "日"},
        {"id": "q_mail", "kind": "email", "label": "メール", "required": False},
    ]  # fmt: skip
    first = {"id": "a", "title": "一", "fields": [{"id": "q", "kind": "yesno", "label": "はい?"}]}
    second = {"id": "b", "title": "二", "show_if": {"field": "q", "equals": "yes"}, "fields": fields}
    paper = {"kind": "notice", "seal": "omitted", "title": "決定通知書", "shows": [{"label": "答え", "field": "q"}]}
    id = office.design(pages=[first, second], result=paper)
    browser, url = at(office.sato), f"/staff/designer/{id}/try/"
    browser.get(url)
    before = everything()

    def press(page: str, **posted: Any) -> str:
        state = page.split('name="state" value="')[1].split('"', maxsplit=1)[0]
        return browser.post(url, {"state": state, "act": "next", **posted}).content.decode()

    page = browser.post(url, {"act": "begin", "who": "adult", "language": "en"}).content.decode()
    assert "試行です。何も送られず、何も残りません。" in page
    assert "q_file" not in page
    wrong = press(page)
    assert "aria-invalid" in wrong
    page = press(wrong, q="yes")
    photo = BytesIO(b"not kept")
    photo.name = "photo.jpg"
    page = press(page, q_file=photo, q_day_y="2026", q_day_m="4", q_day_d="1")
    assert "photo.jpg" in page
    assert "2026" in page
    page = press(page, act="goto:a")
    page = press(page, q="no")
    assert "photo.jpg" not in page
    end = press(page, act="send")
    assert "最後まで進めました" in end
    state = end.split('name="state" value="')[1].split('"', maxsplit=1)[0]
    answer = browser.post(url, {"state": state, "act": "paper"})
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("application/pdf", "private, no-store")
    text = "".join(one.extract_text() for one in PdfReader(BytesIO(answer.content)).pages)
    assert [word in text for word in ("見本", "決定通知書", "答え", "いいえ", "公印省略")] == [True] * 5
    forged = browser.post(url, {"state": "forged", "act": "next"})
    assert forged.status_code == 409
    assert everything() == before


def test_every_kind_of_question_is_seen_in_the_preview_and_in_a_test_run(office: Office) -> None:
    fields = [rules.blank("Field", kind, taken=[f"question_{n}" for n in range(1, place + 1)])
              for place, kind in enumerate(rules.kinds())]  # fmt: skip
    id = office.design(pages=[{"id": "all", "title": "全部", "fields": fields}])
    browser, url = at(office.sato), f"/staff/designer/{id}/try/"
    shown = [browser.get(f"/staff/designer/{id}/frame/all/").content.decode()]
    begun = browser.post(url, {"act": "begin", "who": "adult", "language": "ja"}).content.decode()
    empty = browser.post(url, {"act": "next", "state": begun.split('name="state" value="')[1].split('"')[0]})
    assert empty.status_code == 422
    for page in (*shown, begun, empty.content.decode()):
        names = [str(field["id"]) for field in fields if field["kind"] not in {"note", "confirm"}]
        assert [name for name in names if f'"{name}' not in page and f"f-{name}" not in page] == []


def test_translations_are_counted_and_saved_one_by_one(office: Office) -> None:
    id = office.design()
    browser, url = at(office.sato), f"/staff/designer/{id}/texts/"
    page = browser.get(url).content.decode()
    assert "文のうち12文に、訳のない言語があります。" in page or "訳のない言語があります。" in page
    press = {"at": "/".join((*FIELD, "label")), "number": "3", "revision": "1", "t3-ja": "書いた文", "t3-en": "Written"}
    assert browser.post(url, press).status_code == 302
    assert rules.at(seen(office.sato, id).source, (*FIELD, "label")) == {"ja": "書いた文", "en": "Written"}
    assert browser.post(url, {**press, "t3-ja": ""}).status_code == 409
    assert browser.post(url, {**press, "t3-en": "Other"}).status_code == 409
    assert browser.post(url, {**press, "at": "pages"}).status_code == 404


def test_a_list_of_texts_goes_out_and_comes_back_whole_or_not_at_all(office: Office) -> None:
    id = office.design()
    browser, url = at(office.sato), f"/staff/designer/{id}/texts/"
    listed = list(csv.reader(StringIO(browser.get(f"{url}list/").content.decode("utf-8-sig"))))
    place = next(row[0] for row in listed if row[1] == "ベンチの修理")

    def send(text: str) -> int:
        upload = BytesIO(text.encode())
        upload.name = "texts.csv"
        return browser.post(url, {"act": "list", "revision": "1", "list": upload}).status_code

    assert send("これは,一覧では\nありません,。\n") == 409
    assert browser.post(url, {"act": "list", "revision": "1"}).status_code == 409
    assert seen(office.sato, id).revision == 1
    assert send(f"場所,ja,en\n{place},ベンチの修理,Repair\n") == 302
    assert seen(office.sato, id).source["title"] == {"ja": "ベンチの修理", "en": "Repair"}


def test_a_form_on_paper_becomes_a_design_with_what_must_be_looked_at(office: Office) -> None:
    form = translations_xlsx(rules.to_yaml(complete("other", "youth")))
    given = {"slug": "drafted", "title": "様式から", "division": "youth"}
    with pytest.raises(BadFile):
        actions.begin_from_form(actor=office.sato, content=b"PK\x03\x04 broken", **given)
    upload = BytesIO(form)
    upload.name = "form.xlsx"
    page = at(office.sato).post("/staff/designer/new/", {**given, "act": "form", "form": upload})
    assert "下書きを作りました" in page.content.decode()
    with unit(office.sato):
        design = queries.open_designs()["drafted"]
        found = queries.looked_through(queries.design(design.id).source)
    assert found.definition is not None
    assert {one.code for one in found.errors} == {"designer.blank"}


def test_who_types_in_the_old_version_goes_on_and_is_shown_the_new_one(office: Office) -> None:
    office.published(identification="none")
    guest, draft = forms_actions.start_guest_draft(actor=ANONYMOUS, slug="bench", language="ja", client="192.0.2.1")
    actor = guest.actor("", "test")
    id = actions.begin_new_version(actor=office.sato, slug="bench")
    say(office, id, "label", "新しい見出し")
    page = at(office.sato).get(f"/staff/designer/{id}/publish/").content.decode()
    assert "書きかけの1人には、変わったところを示します。" in page
    actions.ask_publication(actor=office.sato, id=id, publish_at=None, expected_revision=2)
    actions.approve(actor=office.suzuki, id=id, expected_revision=2)
    with unit(actor):
        saved = forms_actions.save_page(
            actor=actor, draft_id=draft.id, page="page_1", raw={"question_1": ["答え"]},
            expected_revision=draft.revision, applicant_no="",
        )  # fmt: skip
    assert (saved.errors, saved.draft.version_published) == ({}, False)
    assert saved.draft.definition.version == 1
