"""Messages, posted papers, related cases: told once, read once, kept as written, hidden from others."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from PIL import Image

from conftest import shared_world
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import Actor, unit
from jichi.engines.cases import actions, queries
from jichi.engines.cases.models import Case, CaseFile, CaseLink, CaseMessage, Dispatch
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import AOI, HANA, SAKURA, Office
from jichi.engines.inbox import queries as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, JichiError, NotFound
from jichi.kernel.receipt_number import format_number

pytestmark = pytest.mark.django_db


office = shared_world(desk.build)


def png() -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(out, "PNG")
    return out.getvalue()


def opened(client: Client, address: str) -> int:
    """The status of a file's address, read to its end."""
    response = client.get(address)
    if response.streaming:
        b"".join(response)  # its end closes it
    return int(response.status_code)


def rows() -> tuple[int, ...]:
    with unit(desk.SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM eng_inbox_workitem")
        items = cursor.fetchone()[0]
        return (*(m.objects.count() for m in (CaseMessage, CaseFile, CaseLink, Dispatch)), items)


def refused(error: type[JichiError], press: Callable[[], object]) -> JichiError:
    before = rows()
    with pytest.raises(error) as caught:
        press()
    assert rows() == before
    return caught.value


def say(actor: Actor, case: Case, text: str = "書類はいつ届きますか。", key: str = "k", **other: Any) -> UUID:
    return actions.send_message(actor=actor, case_id=case.pk, text=text, dedupe_key=key, **other)


def items(case: Case) -> list[tuple[str, str]]:
    with unit(desk.SYSTEM):
        return [(i.kind, i.state) for i in inbox.items_about(f"eng_cases:case:{case.pk}")]


# -- messages -------------------------------------------------------------------------------------


def test_a_message_reaches_the_other_side_and_is_read_there(office: Office) -> None:
    case, hana = desk.apply(office), office.residents[HANA]
    say(hana, case, language="en")
    with unit(office.sato):
        assert queries.unread_messages(case.pk, reader="staff") == 1
        assert actions.mark_messages_read(actor=office.sato, case_id=case.pk) == 1
        assert queries.unread_messages(case.pk, reader="staff") == 0
    say(office.sato, case, "来週お送りします。")
    with unit(hana):
        thread = queries.messages_of(case.pk)
        assert [(m.side, m.text, m.language) for m in thread] == [
            ("resident", "書類はいつ届きますか。", "en"), ("staff", "来週お送りします。", "ja"),
        ]  # fmt: skip
        assert queries.unread_messages(case.pk, reader="resident") == 1
    assert items(case).count(("check", "open")) == 2  # the application and the message
    assert items(case).count(("notice", "open")) == 2


def test_pressed_twice_one_message_is_sent(office: Office) -> None:
    case = desk.apply(office)
    assert say(office.sato, case) == say(office.sato, case)
    assert rows()[0] == 1
    assert say(office.sato, case, key="another") != say(office.sato, case)


@pytest.mark.parametrize(
    ("who", "text", "error"),
    [
        ("sato", "  ", Invalid),
        ("sato", "あ" * 2001, Invalid),
        ("takagi", "x", NotFound),
        ("reader", "x", Forbidden),
        (SAKURA, "x", NotFound),
    ],
)
def test_a_refused_message_changes_nothing(office: Office, who: str, text: str, error: type[JichiError]) -> None:
    case = desk.apply(office)
    actor = office.residents[who] if who in office.residents else getattr(office, who)
    refused(error, lambda: say(actor, case, text))


def test_who_has_no_login_is_not_written_to_here(office: Office) -> None:
    case = desk.pile(office, 1)[0]
    with unit(desk.SYSTEM):
        Case.objects.filter(pk=case.pk).update(account=None)
    assert refused(Conflict, lambda: say(office.sato, case)).code == "message.no_account"


def test_files_come_with_a_message_and_bad_ones_are_refused(office: Office) -> None:
    case, hana = desk.apply(office), office.residents[HANA]
    picture = SimpleUploadedFile("写真.png", png(), "image/png")
    say(hana, case, uploads=[picture])
    with unit(hana):
        (message,) = queries.messages_of(case.pk)
    (attached,) = message.files
    here = f"/items/{format_number(case.number)}/files/{attached.id}/"
    assert hana.account_id is not None
    staff = f"/staff/cases/{format_number(case.number)}/files/{attached.id}/"
    assert opened(desk.browser(office.sato), staff) == 200
    assert opened(desk.browser(office.takagi), staff) == 404
    assert opened(browser(hana.account_id), here) == 200
    other = office.residents[SAKURA].account_id
    assert other is not None
    assert opened(browser(other), here) == 404
    bad = SimpleUploadedFile("x.png", b"MZ not a picture", "image/png")
    refused(Invalid, lambda: say(hana, case, key="2", uploads=[bad]))
    refused(Invalid, lambda: say(hana, case, key="3", uploads=[picture] * 4))


@pytest.mark.parametrize(
    "sql", ["UPDATE eng_cases_casemessage SET text = 'x'", "DELETE FROM eng_cases_casemessage",
            "UPDATE eng_cases_casemessage SET side = 'staff'"]
)  # fmt: skip
def test_what_was_written_stays_as_it_was(office: Office, sql: str) -> None:
    say(office.residents[HANA], desk.apply(office))
    with pytest.raises(DatabaseError), transaction.atomic(), unit(desk.SYSTEM), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_thread_on_both_sides_pages(office: Office) -> None:
    case = desk.apply(office, AOI)
    number, aoi = format_number(case.number), office.residents[AOI].account_id
    assert aoi is not None
    client, hers = desk.browser(office.sato), browser(aoi)
    page = client.get(f"/staff/cases/{number}/messages/").content.decode()
    assert "住所やいる場所がわかることは書かないでください。" in page
    sent = client.post(f"/staff/cases/{number}/messages/send/", {"text": "確認しました。", "key": "a"})
    assert sent.status_code == 302
    for prefix, words in (("", "区役所とのやり取り"), ("/en", "Messages with the ward office")):
        html = hers.get(f"{prefix}/items/{number}/messages/").content.decode()
        assert words in html
        assert "確認しました。" in html
        assert "佐藤" not in html
    assert hers.post(f"/items/{number}/messages/", {"text": "", "key": "b"}).status_code == 422
    assert hers.post(f"/items/{number}/messages/", {"text": "わかりました。", "key": "c"}).status_code == 302
    assert "未読 1件" in client.get(f"/staff/cases/{number}/").content.decode()
    assert "読まれました" in client.get(f"/staff/cases/{number}/messages/").content.decode()
    assert "未読" not in client.get(f"/staff/cases/{number}/").content.decode()


# -- papers ---------------------------------------------------------------------------------------


def decided(office: Office) -> Case:
    case = desk.apply(office)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    actions.decide_case(actor=office.sato, case_id=case.pk, outcome="approved", dispatch="post", expected_version=2)
    return desk.case(case.pk)


def post(office: Office, case: Case, **other: Any) -> UUID:
    given: dict[str, Any] = {"way": "registered", "sent_on": clock.today(), "tracking_number": "1234-5678-901", **other}
    return actions.record_dispatch(actor=office.sato, case_id=case.pk, dedupe_key="k", **given)


def test_a_posted_paper_is_told_once_with_its_number_and_may_come_back(office: Office) -> None:
    case = decided(office)
    sent = post(office, case)
    assert post(office, case) == sent
    assert items(case).count(("notice", "open")) == 2  # decided, sent
    today = clock.today()
    for _ in range(2):
        actions.record_return(
            actor=office.sato, case_id=case.pk, dispatch_id=sent, returned_on=today, because="あて所に尋ねあたりません"
        )
    with unit(office.residents[HANA]):
        (found,) = queries.dispatches_of(case.pk)
    assert (found.tracking_number, found.sent_on, found.returned_on) == ("12345678901", today, today)
    assert ("check", "open") in items(case)


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"way": "pigeon"}, Invalid),
        ({"sent_on": date(2999, 1, 1)}, Invalid),
        ({"tracking_number": ""}, Invalid),
        ({"tracking_number": "あいう"}, Invalid),
    ],
)
def test_a_refused_dispatch_changes_nothing(office: Office, other: dict[str, Any], error: type[JichiError]) -> None:
    case = decided(office)
    refused(error, lambda: post(office, case, **other))


def test_nothing_is_posted_before_the_decision_nor_returned_before_it_was_sent(office: Office) -> None:
    early = desk.apply(office, SAKURA)
    refused(Conflict, lambda: post(office, early))
    case = decided(office)
    sent = post(office, case)
    yesterday = clock.today() - timedelta(days=1)
    for day, because in ((yesterday, "x"), (clock.today() + timedelta(days=1), "x"), (clock.today(), " ")):
        refused(
            Invalid,
            lambda d=day, b=because: actions.record_return(  # type: ignore[misc] # bound now
                actor=office.sato, case_id=case.pk, dispatch_id=sent, returned_on=d, because=b
            ),
        )


def test_the_pages_of_papers(office: Office) -> None:
    case = decided(office)
    number, client, today = format_number(case.number), desk.browser(office.sato), clock.today()
    day = {"sent_on_era": "western", "sent_on_y": today.year, "sent_on_m": today.month, "sent_on_d": today.day}
    here = f"/staff/cases/{number}/dispatch/"
    assert client.post(here, {**day, "way": "registered", "tracking_number": "", "key": "a"}).status_code == 422
    sent = {**day, "way": "registered", "tracking_number": "12345678901", "key": "a"}
    assert client.post(here, sent).status_code == 302
    page = client.get(f"/staff/cases/{number}/").content.decode()
    assert "簡易書留 12345678901" in page
    assert "発送しました" in page
    back = client.get(f"/staff/cases/{number}/returned/").content.decode()
    assert "戻った郵便" in back
    sheet = client.get(f"/staff/cases/{number}/print/").content.decode()
    assert "8みど子収第1号" in sheet
    hana = office.residents[HANA].account_id
    assert hana is not None
    assert "追跡番号 12345678901" in browser(hana).get(f"/items/{number}/").content.decode()


# -- cases that belong together -------------------------------------------------------------------


def related(office: Office, case: Case, who: str = "sato") -> list[tuple[str, str]]:
    actor: Actor = getattr(office, who)
    with unit(actor):
        found = queries.related_cases(
            actor=actor, case_id=case.pk, subject_no=case.subject_no, procedure=case.procedure
        )
    return [(one.number, one.why) for one in found]


def test_a_link_is_seen_from_both_ends_and_taken_off_again(office: Office) -> None:
    first, second = desk.apply(office, HANA), desk.apply(office, SAKURA)
    press: dict[str, Any] = {"actor": office.sato, "case_id": second.pk, "other_number": first.number}
    link = actions.link_cases(**press, kind="follow_up")
    assert actions.link_cases(**press, kind="related") == link
    assert related(office, second) == [(first.number, "follow_up")]
    assert related(office, first) == [(second.number, "followed_by")]
    actions.unlink_cases(actor=office.sato, case_id=first.pk, link_id=link)
    actions.unlink_cases(actor=office.sato, case_id=first.pk, link_id=link)
    assert related(office, first) == related(office, second) == []


def test_another_divisions_case_is_not_linked_and_not_seen(office: Office) -> None:
    case, other = desk.apply(office, HANA), desk.apply(office, SAKURA)
    link = actions.link_cases(actor=office.sato, case_id=case.pk, other_number=other.number, kind="related")
    health = accounts.division("health")
    assert health is not None
    with unit(desk.SYSTEM):
        Case.objects.filter(pk=other.pk).update(division=health.id)
    assert related(office, case) == []
    with unit(office.sato):
        assert not CaseLink.objects.filter(pk=link).exists()
    error = refused(
        Invalid,
        lambda: actions.link_cases(actor=office.sato, case_id=case.pk, other_number=other.number, kind="duplicate"),
    )
    assert error.fields["number"].code == "link.no_case"  # type: ignore[attr-defined] # Invalid has them
    same = refused(
        Invalid,
        lambda: actions.link_cases(actor=office.sato, case_id=case.pk, other_number=case.number, kind="related"),
    )
    assert same.fields["number"].code == "link.itself"  # type: ignore[attr-defined] # Invalid has them


def test_the_same_matter_once_more_is_found_by_itself(office: Office) -> None:
    one, two = desk.pile(office, 2)
    assert related(office, one) == [(two.number, "same_matter")]
    with unit(desk.SYSTEM):
        Case.objects.filter(pk=two.pk).update(received_at=clock.now() - timedelta(days=91))
    assert related(office, one) == []
