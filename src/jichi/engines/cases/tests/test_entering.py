"""What officials enter: the same queue, marked as such, without a login, counted from the day it came in."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from conftest import shared_world
from jichi.engines.audit.context import Actor, unit
from jichi.engines.cases import actions, queries
from jichi.engines.cases.actions import Entry
from jichi.engines.cases.models import Case, CaseFile, IssuedNumber
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import HANA, SAKURA, Office
from jichi.engines.cases.tests.test_exchange import png
from jichi.engines.forms import actions as form_actions
from jichi.engines.forms import queries as forms
from jichi.engines.forms.tests.ward import GATHERING
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Conflict, Forbidden, Invalid, JichiError, NotFound

pytestmark = pytest.mark.django_db


office = shared_world(desk.build)


def entry(**other: Any) -> Entry:
    given: dict[str, Any] = {"channel": "paper", "received_on": clock.today(), "applicant_no": HANA, **other}
    return Entry(**given)


def typed(office: Office, came: Entry, actor: Actor | None = None) -> Any:
    """The answers of the paper, entered by the official: the draft's id."""
    who = actor or office.sato
    draft_id = actions.begin_entry(actor=who, slug="coming-of-age", entry=came)
    with unit(actions.entering(actor=who)):
        revision = forms.draft(draft_id).revision
    for page, raw in GATHERING.items():
        saved = actions.save_entry(
            actor=who, draft_id=draft_id, page=page, raw=raw, expected_revision=revision,
            applicant_no=came.applicant_no,
        )  # fmt: skip
        assert not saved.errors, saved.errors
        revision = saved.draft.revision
    return draft_id


def counts() -> tuple[int, ...]:
    with unit(desk.SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM eng_inbox_workitem")
        return (*(m.objects.count() for m in (Case, CaseFile, IssuedNumber)), cursor.fetchone()[0])


def test_a_paper_becomes_a_case_like_any_other_marked_as_such(office: Office) -> None:
    day = clock.today() - timedelta(days=3)
    came = entry(received_on=day)
    scan = SimpleUploadedFile("紙.png", png(), "image/png")
    draft_id = typed(office, came)
    opened = actions.finish_entry(actor=office.sato, draft_id=draft_id, entry=came, scan=scan)
    case = desk.case(opened.case_id)
    assert (case.channel, case.account_id, case.entered_by_id) == ("paper", None, office.sato.account_id)
    assert (case.name, case.subject_no, case.applicant_no) == ("試験　花", HANA, HANA)
    assert case.received_at == datetime(day.year, day.month, day.day, tzinfo=TOKYO)
    assert case.receipt_number == "8みど子収第1号"
    again = actions.finish_entry(actor=office.sato, draft_id=draft_id, entry=came)
    assert (again.case_id, again.fresh) == (opened.case_id, False)
    assert counts()[:3] == (1, 1, 1)
    with unit(office.suzuki):
        record = queries.look_at_case(actor=office.suzuki, number=case.number)
        assert [(e.kind, e.actor_name, e.detail) for e in record.events] == [
            ("received", "佐藤 真紀", {"channel": "paper"})
        ]
        assert [s.filename for s in queries.scans_of(case.pk)] == ["紙.png"]
    with unit(desk.SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM eng_messages_message WHERE about = %s", (case.number,))
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT detail ->> 'channel' FROM eng_audit_auditevent WHERE action = 'enter'")
        assert cursor.fetchall() == [("paper",)]


def test_its_decision_is_work_until_it_was_posted(office: Office) -> None:
    came = entry(channel="phone")
    opened = actions.finish_entry(actor=office.sato, draft_id=typed(office, came), entry=came)
    actions.take_case(actor=office.sato, case_id=opened.case_id, expected_version=1)
    actions.decide_case(actor=office.sato, case_id=opened.case_id, outcome="approved", expected_version=2)

    def waiting() -> int:
        with unit(desk.SYSTEM), connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM eng_inbox_workitem WHERE state = 'open' AND dedupe_key = %s",
                (f"to-post:{opened.case_id}",),
            )
            return int(cursor.fetchone()[0])

    assert waiting() == 1
    actions.record_dispatch(
        actor=office.sato, case_id=opened.case_id, way="post", sent_on=clock.today(), dedupe_key="k"
    )
    assert waiting() == 0


def test_who_applied_online_is_not_entered_a_second_time(office: Office) -> None:
    desk.apply(office, HANA)
    came = entry()
    draft_id = typed(office, came)
    before = counts()
    with pytest.raises(Conflict) as refused:
        actions.finish_entry(actor=office.sato, draft_id=draft_id, entry=came)
    assert (refused.value.code, counts()) == ("case.already_open", before)


@pytest.mark.parametrize(
    ("who", "other", "error"),
    [
        ("reader", {}, Forbidden),
        ("takagi", {}, NotFound),
        ("sato", {"channel": "web"}, Invalid),
        ("sato", {"received_on": date(2999, 1, 1)}, Invalid),
        ("sato", {"applicant_no": "999999999"}, Invalid),
    ],
)
def test_a_refused_entry_changes_nothing(
    office: Office, who: str, other: dict[str, Any], error: type[JichiError]
) -> None:
    before = counts()
    with pytest.raises(error):
        actions.begin_entry(actor=getattr(office, who), slug="coming-of-age", entry=entry(**other))
    assert counts() == before


def test_a_colleague_may_go_on_but_no_other_division(office: Office) -> None:
    came = entry(applicant_no=SAKURA)
    draft_id = typed(office, came)
    before = counts()
    with pytest.raises(NotFound):
        actions.finish_entry(actor=office.takagi, draft_id=draft_id, entry=came)
    assert counts() == before
    opened = actions.finish_entry(actor=office.suzuki, draft_id=draft_id, entry=came)
    assert desk.case(opened.case_id).entered_by_id == office.suzuki.account_id


def test_what_a_resident_writes_is_no_officials_to_touch(office: Office) -> None:
    hana = office.residents[HANA]
    with unit(hana):
        draft = form_actions.start_draft(actor=hana, slug="coming-of-age", applicant_no=HANA)
    before = counts()
    page, raw = next(iter(GATHERING.items()))
    for press in (
        lambda: actions.save_entry(
            actor=office.sato, draft_id=draft.id, page=page, raw=raw, expected_revision=draft.revision,
            applicant_no=HANA,
        ),
        lambda: actions.finish_entry(actor=office.sato, draft_id=draft.id, entry=entry()),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            press()
    with unit(hana):
        assert forms.draft(draft.id).revision == draft.revision
    assert counts() == before
    assert desk.browser(office.sato).get(f"/staff/cases/enter/{draft.id}/").status_code == 404


def test_the_pages_of_an_entry(office: Office) -> None:
    client, today = desk.browser(office.sato), clock.today()
    assert "紙・電話・窓口の申請を入力する" in client.get("/staff/cases/").content.decode()
    first = {
        "procedure": "coming-of-age", "channel": "counter", "applicant_no": HANA, "subject_no": "",
        "received_on_era": "western", "received_on_y": today.year, "received_on_m": today.month,
        "received_on_d": today.day,
    }  # fmt: skip
    assert client.post("/staff/cases/enter/", {**first, "applicant_no": "1"}).status_code == 422
    where = client.post("/staff/cases/enter/", first)["Location"]
    assert desk.browser(office.takagi).get(where).status_code == 404
    draft_id = where.split("/")[4]
    with unit(actions.entering(actor=office.sato)):
        draft = forms.draft(draft_id)  # type: ignore[arg-type] # text of an id
    answers: dict[str, Any] = {}
    for raw in GATHERING.values():
        answers |= raw
    sent = client.post(where, {**answers, "page": list(GATHERING), "revision": draft.revision})
    assert sent.status_code == 302, sent.content.decode()[:3000]
    page = client.get(sent["Location"]).content.decode()
    assert "窓口(入力 佐藤 真紀)" in page
    assert "8みど子収第1号" in page
