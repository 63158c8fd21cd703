"""Links that are a right by themselves: an employer certifies once, a facility enters its own seats."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import ANONYMOUS, Actor, unit
from jichi.engines.inbox import queries as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from .. import actions, queries
from ..models import Application, Certificate, FacilityAsk, Round, Run, ScoreTable
from ..queries.links import link_token
from ..rules.certificates import contradictions, read_certificate
from .office import SYSTEM, Office, official, resident
from .test_entering import accept, sent, written

ANSWER = {
    "worker": "緑 太郎", "employer": "みどり商店", "address": "みどり1丁目1番", "writer": "店主 花",
    "phone": "03-0000-1111", "days": "5", "hours": "40", "term": "open", "number": "",
}  # fmt: skip
NO_DAYS: dict[str, date | None] = {"until": None, "leave_until": None}
PAPER = "就労証明書(保護者1)"


@pytest.mark.parametrize(
    ("changed", "with_file", "wrong"),
    [
        ({}, False, {}), ({"number": "7000012050002"}, False, {}),
        ({"number": "7000012050003"}, False, {"number": "nursery.corporate_number"}),
        ({"days": "", "hours": ""}, False, {"days": "field.required", "hours": "field.required"}),
        ({"days": "", "hours": ""}, True, {}), ({"hours": "200"}, True, {"hours": "field.number_too_large"}),
        ({"term": "until"}, False, {"until": "field.date_required"}),
        ({"phone": "12"}, False, {"phone": "field.phone"}),
        ({"employer": " "}, False, {"employer": "field.required"}),
    ],
)  # fmt: skip
def test_what_is_certified_is_read(changed: dict[str, str], with_file: bool, wrong: dict[str, str]) -> None:
    found = read_certificate({**ANSWER, **changed}, NO_DAYS, with_file=with_file)[1]
    assert {name: error.code for name, error in found.items()} == wrong


def test_what_differs_from_the_guardians_answers_is_named() -> None:
    answers = {"週の日数": 5, "週の時間": 40}
    assert contradictions(queries.example_form(), answers, {"days": 4, "hours": 40}) == (("週の日数", 5, 4),)
    assert contradictions(queries.example_form(), answers, {}) == ()


def build() -> Office:
    office = Office()
    with unit(SYSTEM):
        Round.objects.filter(pk=office.round).update(
            opens_at=clock.now() - timedelta(days=1), closes_at=clock.now() + timedelta(days=60)
        )
    return office


office = shared_world(build)
pytestmark = pytest.mark.django_db


def asked(parent: Actor, entry: UUID) -> str:
    """The token of a new link for the first guardian's employer."""
    made = actions.ask_certificate(actor=parent, entry_id=entry, place=1)
    return link_token("certificate", made)


def answer(token: str) -> None:
    content, wrong = read_certificate(ANSWER, NO_DAYS, with_file=False)
    assert wrong == {}
    actions.answer_certificate(actor=ANONYMOUS, token=token, content=content)


def test_an_employer_certifies_once_and_the_paper_is_missing_no_longer(office: Office) -> None:
    parent = resident("900000000000021")
    entry = sent(office, parent)
    made = accept(office, entry, missing=(PAPER, "母子健康手帳の写し"))
    token = asked(parent, entry)
    assert queries.certificate_asked(token) == "緑 太郎"
    answer(token)
    with unit(office.sato):
        assert Application.objects.get(pk=made).missing == ["母子健康手帳の写し"]
        (came,) = queries.certificates(entry)
    assert (came.content["employer"], len(came.sha256), came.link) == ("みどり商店", 64, "")
    with pytest.raises(Conflict, match="certificate_over"):
        answer(token)
    with unit(SYSTEM), pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=came.id).update(content={})


def test_a_replaced_expired_or_forged_link_opens_nothing(office: Office) -> None:
    parent = resident("900000000000022")
    entry = sent(office, parent)
    first, second = asked(parent, entry), asked(parent, entry)
    with pytest.raises(Conflict, match="certificate_over"):
        answer(first)
    with clock.standing_at(clock.now() + timedelta(days=31)), pytest.raises(Conflict, match="certificate_over"):
        answer(second)
    head, _, tail = second.partition("~")
    for forged in (head, f"{uuid4().hex}~{tail}", second[:-1] + "x", link_token("facility", UUID(head)), "x"):
        with pytest.raises((NotFound, Conflict)):
            answer(forged)
    with unit(SYSTEM):
        assert not Certificate.objects.filter(entry_id=entry, state="arrived").exists()
    answer(second)


def test_only_the_family_asks_and_only_for_who_works(office: Office) -> None:
    parent, stranger = resident("900000000000023"), resident("900000000000024")
    entry = sent(office, parent)
    asked(parent, entry)
    for actor, place in ((stranger, 1), (parent, 2), (parent, 3)):
        with pytest.raises(NotFound):
            actions.ask_certificate(actor=actor, entry_id=entry, place=place)
    with pytest.raises(Forbidden):
        actions.ask_certificate(actor=office.sato, entry_id=entry, place=1)
    for actor, number in ((parent, 1), (office.sato, 1), (stranger, 0), (office.other, 0)):
        with unit(actor):
            assert len(queries.certificates(entry)) == number
    actions.withdraw_entry(actor=parent, entry_id=entry)
    with pytest.raises(Conflict, match="withdrawn"):
        actions.ask_certificate(actor=parent, entry_id=entry, place=1)


def test_the_employers_page_says_the_workers_name_and_nothing_of_the_family(office: Office) -> None:
    parent = resident("900000000000025")
    content = written(office)
    content["children"][0]["name"] = "秘密 の子"
    entry = sent(office, parent, content)
    address = f"/nursery/certificate/{asked(parent, entry)}/"
    client = Client()
    page = client.get(address)
    # Under "no-referrer" browsers send the form with the origin "null", which is refused.
    assert page["Referrer-Policy"] == "same-origin"
    text = page.content.decode()
    assert (page.status_code, page["Cache-Control"], "緑 太郎" in text) == (200, "private, no-store", True)
    assert all(word not in text for word in ("秘密", "N1", "みどり園"))
    assert client.post(address, {**ANSWER, "true": ""}).status_code == 422
    assert client.post(address, {**ANSWER, "true": "1"}).status_code == 200
    assert client.get(address).status_code == 410
    assert client.get(address[:-2] + "x/").status_code == 404


def offered(office: Office) -> dict[tuple[str, int], int]:
    with unit(office.sato):
        return queries.seats(office.round)


def test_a_facility_enters_its_own_seats_until_the_moment(office: Office) -> None:
    until = clock.now() + timedelta(days=2)
    assert actions.ask_facilities(actor=office.sato, round_id=office.round, until=until) == 2
    with unit(office.sato):
        tokens = {one.code: one.link.split("/")[3] for one in queries.facility_asks(office.round)}
        assert queries.round_of(office.round).unanswered == 2  # type: ignore[union-attr] # the round is there
    texts = {"hours": "7:00～19:00", "about": "園庭があります", "by": "園長"}

    def enter(seats: dict[int, str], **more: Any) -> None:
        actions.answer_facility(actor=ANONYMOUS, token=tokens["N1"], seats=seats, texts={**texts, **more})

    refused: list[tuple[dict[int, str], dict[str, str]]] = [
        ({}, {}), ({0: "501"}, {}), ({0: "-1"}, {}), ({0: "1"}, {"by": " "}), ({0: "1"}, {"about": "あ" * 301}),
    ]  # fmt: skip
    for seats, more in refused:
        with pytest.raises(Invalid):
            enter(seats, **more)
    before = offered(office)
    assert before["N1", 3] == 0
    enter({0: "3", 1: "2"})
    assert offered(office) == {("N1", 0): 3, ("N1", 1): 2, ("N2", 1): before["N2", 1]}
    with unit(office.sato):
        asked_now = [(one.code, one.answered_by) for one in queries.facility_asks(office.round)]
        assert asked_now == [("N2", ""), ("N1", "園長")]
        found = queries.choices(office.round, 0)
    assert [(one.name, one.seats, one.about) for one in found.rows] == [("みどり園", 3, "園庭があります")]
    with clock.standing_at(until), pytest.raises(Conflict, match="offer_over"):
        enter({0: "9"})
    with pytest.raises(NotFound):
        actions.answer_facility(actor=ANONYMOUS, token="x~y", seats={0: "1"}, texts=texts)
    with pytest.raises(NotFound):
        actions.ask_facilities(actor=office.other, round_id=office.round, until=until)
    with unit(office.other):
        assert FacilityAsk.objects.count() == 0
    with pytest.raises(Invalid):
        actions.ask_facilities(actor=office.sato, round_id=office.round, until=datetime(2020, 1, 1, tzinfo=clock.TOKYO))


def test_a_facilitys_page_keeps_what_is_entered(office: Office) -> None:
    actions.ask_facilities(actor=office.sato, round_id=office.round, until=clock.now() + timedelta(days=2))
    with unit(office.sato):
        address = queries.facility_asks(office.round)[0].link
    client = Client()
    assert client.get(address).status_code == 200
    assert client.post(address, {"seats_1": "x", "by": "園長"}).status_code == 422
    there = offered(office)
    empty = client.post(address, {"by": "園長"})
    assert (empty.status_code, offered(office)) == (422, there)
    assert "どのクラスも空なので、保存していません" in empty.content.decode()
    kept = client.post(address, {"seats_1": "4", "seats_2": "0", "by": "園長", "mark": ""})
    assert (kept.status_code, offered(office)["N1", 1]) == (302, 4)
    page = client.get(kept.headers["Location"]).content.decode()
    for words in ("1歳児クラス: 4人", "2歳児クラス: 0人(空きなし)", "3歳児クラス: クラスなし(枠を載せません)"):
        assert words in page
    late = client.post(address, {"seats_1": "9", "by": "副園長", "mark": ""})
    assert (late.status_code, offered(office)["N1", 1]) == (409, 4), "written from a page older than the answer"
    assert "ほかの人が入力しました" in late.content.decode()
    again = client.post(address, {"seats_1": "4", "seats_2": "0", "by": "園長", "mark": ""})
    assert again.status_code == 302, "the same press twice is no conflict"


def test_a_nurserys_own_people_enter_its_seats_and_see_nothing_else(office: Office) -> None:
    for code in ("N1-desk", "N2-desk"):
        accounts.create_division(actor=SYSTEM, code=code, names={"ja": code})
    rows = "園番号,園名,受付の組織\r\nN1,みどり園,N1-desk\r\nN2,あお園,{}\r\n"
    _, errors = actions.load_facilities(actor=office.sato, data=rows.format("nowhere").encode())
    assert [(one.line, one.column, one.error.code) for one in errors] == [(3, "受付の組織", "nursery.no_desk")]
    assert actions.load_facilities(actor=office.sato, data=rows.format("").encode())[0] == 1
    mine, other = official("enchou", "N1-desk", ("nursery_desk",)), official("hoka", "N2-desk", ("nursery_desk",))
    until = clock.now() + timedelta(days=2)
    actions.ask_facilities(actor=office.sato, round_id=office.round, until=until)
    with unit(office.sato):
        assert {one.code: one.desk_id is not None for one in queries.facility_asks(office.round)} == {
            "N1": True, "N2": False,
        }  # fmt: skip
    with unit(mine):
        (asked,) = queries.own_asks(mine.divisions)
        waiting = inbox.items_for_staff(mine, scope="division", limit=5).items
        seen: list[Any] = [model.objects.count() for model in (FacilityAsk, Application, Certificate, Run, ScoreTable)]
    assert (asked.code, len(waiting), seen) == ("N1", 1, [1, 0, 0, 0, 0])
    texts = {"hours": "7:00～19:00", "about": "園庭"}
    for actor, refusal in ((other, NotFound), (office.sato, Forbidden), (ANONYMOUS, Forbidden)):
        with pytest.raises(refusal):
            actions.answer_own(actor=actor, ask_id=asked.id, seats={0: "9"}, texts=texts)
    with unit(other):
        assert (FacilityAsk.objects.count(), queries.own_asks(other.divisions)) == (0, ())
    actions.answer_own(actor=mine, ask_id=asked.id, seats={0: "3"}, texts=texts)
    assert offered(office)["N1", 0] == 3
    with unit(mine):
        assert queries.own_asks(mine.divisions)[0].answered_by == "enchou"
        assert inbox.items_for_staff(mine, scope="division", limit=5).items == ()
    with clock.standing_at(until), pytest.raises(Conflict, match="offer_over"):
        actions.answer_own(actor=mine, ask_id=asked.id, seats={0: "9"}, texts=texts)
    for act in (
        lambda: actions.start_run(actor=mine, round_id=office.round),
        lambda: actions.ask_facilities(actor=mine, round_id=office.round, until=until),
    ):
        with pytest.raises(Forbidden):
            act()
