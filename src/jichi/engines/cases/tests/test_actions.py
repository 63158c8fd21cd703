"""The use cases of a case: what each does, what it refuses, and that a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from conftest import shared_world
from jichi.engines.accounts import actions as account_actions
from jichi.engines.audit.context import Actor, unit
from jichi.engines.cases import actions
from jichi.engines.cases.models import Case, CaseEvent, Correction, Decision, IssuedDocument
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import HANA, SAKURA, Office
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries as form_queries
from jichi.engines.forms.tests.ward import GATHERING
from jichi.engines.inbox import queries as inbox
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Conflict, Forbidden, Invalid, JichiError, NotFound

pytestmark = pytest.mark.django_db
Press = Callable[[Actor, Case], object]
POINT = {"field": "name_kana", "sentence": "フリガナを確かめてください。"}
READY = "フリガナが住民登録と違います。正しいフリガナを入力してください。"


office = shared_world(desk.build)


def soon(days: int = 14) -> date:
    return clock.today() + timedelta(days=days)


def picture(case: Case) -> tuple[Any, ...]:
    """All that an act on a case could change."""
    with unit(desk.SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM eng_messages_message WHERE about = %s", (case.number,))
        mails = cursor.fetchone()[0]
        fresh = Case.objects.get(pk=case.pk)
        rows = {f.name: getattr(fresh, f.attname) for f in Case._meta.concrete_fields}
        items = [(i.kind, i.state, i.assignee_id) for i in inbox.items_about(f"eng_cases:case:{case.pk}")]
        counts = (
            CaseEvent.objects.filter(case=case).count(),
            list(Correction.objects.filter(case=case).order_by("pk").values_list("state", flat=True)),
            Decision.objects.filter(case=case).count(),
            IssuedDocument.objects.filter(case=case).count(),
        )
    return str(rows), counts, items, mails


def kinds(case: Case) -> list[str]:
    with unit(desk.SYSTEM):
        return list(CaseEvent.objects.filter(case=case).order_by("id").values_list("kind", flat=True))


def take(actor: Actor, case: Case) -> None:
    actions.take_case(actor=actor, case_id=case.pk, expected_version=desk.case(case.pk).version)


def ask(actor: Actor, case: Case) -> object:
    return actions.request_correction(
        actor=actor, case_id=case.pk, points=[POINT], due_on=soon(), expected_version=desk.case(case.pk).version
    )


def approve(actor: Actor, case: Case) -> object:
    return actions.decide_case(
        actor=actor, case_id=case.pk, outcome="approved", expected_version=desk.case(case.pk).version
    )


def refuse(actor: Actor, case: Case) -> object:
    return actions.decide_case(
        actor=actor, case_id=case.pk, outcome="refused", reason="資格がないためです。",
        expected_version=desk.case(case.pk).version,
    )  # fmt: skip


def release(actor: Actor, case: Case) -> None:
    actions.release_case(actor=actor, case_id=case.pk, expected_version=desk.case(case.pk).version)


def cancel(actor: Actor, case: Case) -> None:
    actions.cancel_correction(actor=actor, case_id=case.pk, expected_version=desk.case(case.pk).version)


def expire(actor: Actor, case: Case) -> None:
    actions.expire_case(actor=actor, case_id=case.pk, expected_version=desk.case(case.pk).version)


def withdraw(actor: Actor, case: Case) -> object:
    return actions.withdraw_case(actor=actor, case_id=case.pk)


def refused(case: Case, error: type[JichiError], press: Callable[[], object]) -> JichiError:
    """The press is refused and nothing changed."""
    before = picture(case)
    with pytest.raises(error) as caught:
        press()
    assert picture(case) == before
    return caught.value


# -- opening --------------------------------------------------------------------------------------


def test_an_application_opens_one_case_with_all_that_hangs_at_it(office: Office) -> None:
    case = desk.apply(office)
    assert (case.status, case.version, case.name, case.subject_no) == ("received", 1, "試験　花", HANA)
    assert kinds(case) == ["received"]
    with unit(office.sato):
        page = inbox.items_for_staff(office.sato, scope="division")
        assert [(i.kind, i.about, i.assignee_id) for i in page.items] == [("check", case.number, None)]
        assert inbox.counts_for_staff(office.sato).unassigned == 1
    with unit(office.residents[HANA]):
        mine = inbox.items_for_account(office.residents[HANA].account_id)  # type: ignore[arg-type] # has one
        assert [i.kind for i in mine.items] == ["notice"]
    assert picture(case)[3] == 1


def test_the_same_person_may_have_one_in_a_year(office: Office) -> None:
    case = desk.apply(office)
    before = picture(case)
    with pytest.raises(Conflict) as caught:
        desk.apply(office)
    assert caught.value.code == "case.already_open"
    assert picture(case) == before


@pytest.mark.parametrize("ending", [refuse, withdraw])
def test_after_a_refusal_or_withdrawal_the_place_is_free(office: Office, ending: Press) -> None:
    first = desk.apply(office)
    take(office.sato, first)
    ending(office.residents[HANA] if ending is withdraw else office.sato, first)
    assert desk.apply(office).number != first.number


# -- taking ---------------------------------------------------------------------------------------


def test_taking_makes_it_mine_and_releasing_gives_it_back(office: Office) -> None:
    case = desk.apply(office)
    take(office.sato, case)
    now = desk.case(case.pk)
    assert (now.status, now.assignee_id, now.version) == ("reviewing", office.sato.account_id, 2)
    with unit(office.sato):
        assert len(inbox.items_for_staff(office.sato, scope="mine").items) == 1
    release(office.sato, case)
    now = desk.case(case.pk)
    assert (now.status, now.assignee_id, now.version) == ("received", None, 3)
    with unit(office.sato):
        assert inbox.items_for_staff(office.sato, scope="mine").items == ()
    assert kinds(case) == ["received", "taken", "released"]


def test_taking_twice_is_once(office: Office) -> None:
    case = desk.apply(office)
    take(office.sato, case)
    before = picture(case)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    assert picture(case) == before


def test_taking_over_names_the_colleague(office: Office) -> None:
    case = desk.apply(office)
    take(office.sato, case)
    take(office.suzuki, case)
    with unit(desk.SYSTEM):
        last = CaseEvent.objects.filter(case=case).latest("id")
    assert (last.kind, last.actor_name, last.detail) == ("taken", "鈴木 聡", {"from": str(office.sato.account_id)})


# -- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("press", [take, release, ask, approve, refuse, cancel, expire])
def test_another_division_finds_nothing(office: Office, press: Press) -> None:
    case = desk.apply(office)
    take(office.sato, case)
    refused(case, NotFound, lambda: press(office.takagi, case))


@pytest.mark.parametrize("press", [take, release, ask, approve, refuse, cancel, expire])
def test_a_reader_may_do_nothing(office: Office, press: Press) -> None:
    case = desk.apply(office)
    take(office.sato, case)
    refused(case, Forbidden, lambda: press(office.reader, case))


@pytest.mark.parametrize("press", [take, release, ask, approve, refuse, cancel, expire, withdraw])
def test_a_neighbour_finds_nothing(office: Office, press: Press) -> None:
    case = desk.apply(office)
    take(office.sato, case)
    refused(case, NotFound, lambda: press(office.residents[SAKURA], case))


@pytest.mark.parametrize("press", [approve, refuse])
def test_nobody_decides_about_oneself(office: Office, press: Press) -> None:
    case = desk.apply(office)
    take(office.sato, case)
    with unit(desk.SYSTEM):
        account_actions.end_link(actor=desk.SYSTEM, account_id=office.residents[HANA].account_id)  # type: ignore[arg-type] # has one
        account_actions.link_person(
            actor=desk.SYSTEM, account_id=office.sato.account_id, addressee_no=HANA, how="test"  # type: ignore[arg-type] # has one
        )  # fmt: skip
    assert refused(case, Forbidden, lambda: press(office.sato, case)).code == "case.own"


# -- from which state -----------------------------------------------------------------------------

_BEFORE: dict[str, list[tuple[Press, str]]] = {
    "received": [], "reviewing": [(take, "sato")], "correction": [(take, "sato"), (ask, "sato")],
    "approved": [(take, "sato"), (approve, "sato")], "refused": [(take, "sato"), (refuse, "sato")],
    "withdrawn": [(withdraw, "hana")],
}  # fmt: skip
_POSSIBLE = {
    release: {"reviewing"}, ask: {"reviewing"}, approve: {"reviewing"}, refuse: {"reviewing"}, cancel: {"correction"},
    expire: set(), take: {"received", "reviewing"}, withdraw: {"received", "reviewing", "correction", "withdrawn"},
}  # fmt: skip


@pytest.mark.parametrize("state", _BEFORE)
@pytest.mark.parametrize("press", _POSSIBLE)
def test_each_step_from_each_state(office: Office, state: str, press: Press) -> None:
    case = desk.apply(office)
    who = {"sato": office.sato, "hana": office.residents[HANA]}
    for before, name in _BEFORE[state]:
        before(who[name], case)
    assert desk.case(case.pk).status == state
    actor = who["hana"] if press is withdraw else who["sato"]
    if state in _POSSIBLE[press]:  # type: ignore[index] # the functions are the keys
        press(actor, case)
    else:
        refused(case, Conflict, lambda: press(actor, case))


# -- correction -----------------------------------------------------------------------------------


def test_asking_for_a_correction_stops_the_clock_and_tells_the_applicant(office: Office) -> None:
    case = desk.apply(office)
    take(office.sato, case)
    ask(office.sato, case)
    now = desk.case(case.pk)
    assert (now.status, now.correction_due_on) == ("correction", soon())
    with unit(office.residents[HANA]):
        counts = inbox.counts_for_account(office.residents[HANA].account_id)  # type: ignore[arg-type] # has one
    assert (counts.todo, counts.soonest) == (1, soon())
    assert kinds(case) == ["received", "taken", "correction_requested"]


def test_a_ready_sentence_goes_out_in_all_languages(office: Office) -> None:
    case = desk.apply(office)
    take(office.sato, case)
    points = [{"field": "name_kana", "sentence": READY}, {"field": "phone", "sentence": "番号を確かめてください。"}]
    actions.request_correction(actor=office.sato, case_id=case.pk, points=points, due_on=soon(), expected_version=2)
    with unit(desk.SYSTEM):
        ready, own = Correction.objects.get(case=case).points
    assert ready["texts"]["en"].startswith("The katakana reading differs")
    assert own == points[1]


@pytest.mark.parametrize(
    ("points", "days", "field"),
    [
        ([], 14, "points"),
        ([{"field": "nothing", "sentence": "x"}], 14, "points"),
        ([POINT, POINT], 14, "points"),
        ([{"field": "phone", "sentence": "  "}], 14, "sentence-phone"),
        ([{"field": "phone", "sentence": "あ" * 501}], 14, "sentence-phone"),
        ([POINT], 0, "due_on"),
        ([POINT], -1, "due_on"),
    ],
)
def test_a_correction_that_cannot_be_asked(office: Office, points: list[dict[str, str]], days: int, field: str) -> None:
    case = desk.apply(office)
    take(office.sato, case)
    error = refused(
        case,
        Invalid,
        lambda: actions.request_correction(
            actor=office.sato, case_id=case.pk, points=points, due_on=soon(days), expected_version=2
        ),
    )
    assert isinstance(error, Invalid)
    assert set(error.fields) == {field}


def test_an_answer_brings_new_content_new_checks_and_the_clock_runs_on(office: Office) -> None:
    hana = office.residents[HANA]
    with clock.standing_at(datetime(2026, 11, 24, 10, tzinfo=TOKYO)):  # a Tuesday
        case = desk.apply(office, answers={**GATHERING, "reading": {"name_kana": ["チガウ ヨミ"]}})
        promised = case.due_on
        take(office.sato, case)
        actions.request_correction(
            actor=office.sato, case_id=case.pk, points=[POINT], due_on=date(2026, 12, 8), expected_version=2
        )
    with clock.standing_at(datetime(2026, 11, 27, 10, tzinfo=TOKYO)):  # three open days later
        with unit(hana):
            draft = forms.start_correction(
                actor=hana, submission_id=case.submission_id, fields=["name_kana"],
                until=datetime(2026, 12, 9, tzinfo=TOKYO),
            )  # fmt: skip
            saved = forms.save_page(
                actor=hana, draft_id=draft.id, page="reading", raw={"name_kana": ["シケン ハナ"]},
                expected_revision=draft.revision, applicant_no=HANA,
            )  # fmt: skip
        answers = [
            actions.answer_correction(
                actor=hana, case_id=case.pk, draft_id=draft.id, revision=saved.draft.revision, language="ja",
                applicant_no=HANA,
            )
            for _ in range(2)
        ]  # fmt: skip # pressed twice: answered once
    assert {answered.status for answered in answers} == {"reviewing"}
    assert (promised, desk.case(case.pk).due_on) == (date(2026, 12, 1), date(2026, 12, 4))
    checks = {c["id"]: c["outcome"] for c in desk.case(case.pk).checks}
    assert (checks["kana"], {c["id"]: c["outcome"] for c in case.checks}["kana"]) == ("ok", "look")
    assert kinds(case) == ["received", "taken", "correction_requested", "correction_received"]
    with unit(office.sato):
        sent = form_queries.submission(desk.case(case.pk).submission_id)
        mine = inbox.items_for_staff(office.sato, scope="mine").items
    assert sent.answers["name_kana"] == "シケン　ハナ"
    assert "correction_arrived" in [i.kind for i in mine]


def test_a_correction_is_answered_by_its_own_draft_and_that_draft_opens_no_case(office: Office) -> None:
    case, hana = desk.apply(office), office.residents[HANA]
    take(office.sato, case)
    actions.request_correction(actor=office.sato, case_id=case.pk, points=[POINT], due_on=soon(), expected_version=2)
    with unit(hana):
        right = forms.start_correction(
            actor=hana, submission_id=case.submission_id, fields=["name_kana"], until=clock.now() + timedelta(days=9)
        )
        wrong = forms.start_draft(actor=hana, slug="coming-of-age", applicant_no=HANA)
        for page, raw in GATHERING.items():
            wrong = forms.save_page(
                actor=hana, draft_id=wrong.id, page=page, raw=raw, expected_revision=wrong.revision, applicant_no=HANA
            ).draft
    before = picture(case)
    with pytest.raises(NotFound):
        actions.answer_correction(
            actor=hana, case_id=case.pk, draft_id=wrong.id, revision=wrong.revision, language="ja", applicant_no=HANA
        )
    with pytest.raises(NotFound):
        forms.prepare_seal(actor=hana, draft_id=right.id, declared=("own_application",), applicant_no=HANA)
    assert picture(case) == before


def test_a_cancelled_correction_gives_the_days_back(office: Office) -> None:
    with clock.standing_at(datetime(2026, 11, 24, 10, tzinfo=TOKYO)):
        case = desk.apply(office)
        take(office.sato, case)
        ask(office.sato, case)
    with clock.standing_at(datetime(2026, 11, 26, 10, tzinfo=TOKYO)):
        cancel(office.sato, case)
        now = desk.case(case.pk)
        assert (now.status, now.correction_due_on, now.due_on) == ("reviewing", None, date(2026, 12, 3))
        with unit(office.residents[HANA]):
            counts = inbox.counts_for_account(office.residents[HANA].account_id)  # type: ignore[arg-type] # has one
        assert counts.todo == 0


def test_a_case_expires_only_after_the_date(office: Office) -> None:
    case = desk.apply(office)
    take(office.sato, case)
    ask(office.sato, case)
    last = datetime.combine(soon(), datetime.min.time(), TOKYO).replace(hour=23, minute=59)
    with clock.standing_at(last):
        assert refused(case, Conflict, lambda: expire(office.sato, case)).code == "correction.not_late"
    with clock.standing_at(last + timedelta(minutes=1)):
        expire(office.sato, case)
    assert desk.case(case.pk).status == "expired"
    assert kinds(case)[-1] == "expired"


# -- decision -------------------------------------------------------------------------------------


def test_approving_numbers_the_decision_and_closes_the_work(office: Office) -> None:
    case = desk.apply(office)
    take(office.sato, case)
    approve(office.sato, case)
    with unit(desk.SYSTEM):
        decision = Decision.objects.get(case=case)
        sent = form_queries.submission(case.submission_id)
    assert (decision.outcome, decision.decided_by_id) == ("approved", office.sato.account_id)
    assert decision.document_number == "8みど子第1号"
    assert decision.content_hash == sent.content_hash
    with unit(office.sato):
        assert inbox.items_for_staff(office.sato, scope="division").items == ()
    assert desk.case(case.pk).closed_at is not None


def test_numbers_follow_each_other_without_a_gap(office: Office) -> None:
    first, second = desk.apply(office), desk.apply(office, SAKURA)
    for case in (first, second):
        take(office.sato, case)
    refused(first, Invalid, lambda: actions.decide_case(
        actor=office.sato, case_id=first.pk, outcome="refused", reason=" ", expected_version=2))  # fmt: skip
    approve(office.sato, second)
    refuse(office.sato, first)
    with unit(desk.SYSTEM):
        numbers = dict(Decision.objects.values_list("case_id", "document_number"))
    assert (numbers[second.pk], numbers[first.pk]) == ("8みど子第1号", "8みど子第2号")


def test_a_refusal_says_its_reason_rule_and_remedy(office: Office) -> None:
    case = desk.apply(office)
    take(office.sato, case)
    actions.decide_case(
        actor=office.sato, case_id=case.pk, outcome="refused", reason_code="not_resident",
        reason="11月1日に転出しているためです。", expected_version=2,
    )  # fmt: skip
    with unit(desk.SYSTEM):
        decision = Decision.objects.get(case=case)
    assert decision.rule == "みどり区二十歳のつどい実施要綱 第3条第2号"
    assert "審査請求" in decision.appeal["ja"]
    assert decision.reason == "11月1日に転出しているためです。"


@pytest.mark.parametrize(
    ("outcome", "code", "reason", "field"),
    [
        ("refused", "", "", "reason"),
        ("refused", "not_resident", "  ", "reason"),
        ("refused", "unknown", "だめ", "reason_code"),
        ("approved", "not_resident", "", "reason_code"),
        ("refused", "", "あ" * 2001, "reason"),
    ],
)
def test_a_decision_that_cannot_be_made(office: Office, outcome: Any, code: str, reason: str, field: str) -> None:
    case = desk.apply(office)
    take(office.sato, case)
    error = refused(
        case,
        Invalid,
        lambda: actions.decide_case(
            actor=office.sato, case_id=case.pk, outcome=outcome, reason_code=code, reason=reason, expected_version=2
        ),
    )
    assert isinstance(error, Invalid)
    assert set(error.fields) == {field}


def test_an_old_page_changes_nothing_and_names_who_was_first(office: Office) -> None:
    case = desk.apply(office)
    take(office.sato, case)
    take(office.suzuki, case)
    error = refused(
        case,
        Conflict,
        lambda: actions.decide_case(actor=office.sato, case_id=case.pk, outcome="approved", expected_version=2),
    )
    assert (error.code, error.params["by"]) == ("case.changed", "鈴木 聡")


# -- withdrawal -----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["received", "reviewing", "correction"])
def test_withdrawing_until_the_decision_once(office: Office, state: str) -> None:
    case = desk.apply(office)
    for press, _ in _BEFORE[state]:
        press(office.sato, case)
    withdraw(office.residents[HANA], case)
    before = picture(case)
    withdraw(office.residents[HANA], case)
    assert picture(case) == before
    assert desk.case(case.pk).status == "withdrawn"
    assert all(item[1] == "done" for item in before[2] if item[0] in {"check", "todo"})


def test_timeline_and_decision_are_never_rewritten(office: Office) -> None:
    case = desk.apply(office)
    take(office.sato, case)
    approve(office.sato, case)
    for model in (CaseEvent, Decision):
        with pytest.raises(Exception, match="not changed"), unit(desk.SYSTEM):
            model.objects.filter(case=case).delete()
