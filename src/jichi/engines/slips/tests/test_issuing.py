"""Issuing, reissuing, finding: all or nothing, once for a key, one slip in force for a number, the division's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection

from conftest import shared_world
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from .. import actions, queries, retention, rules
from ..errors import OrdersRefused
from ..models import Slip, SlipRun, SlipTerms
from ..terms_command import main as terms_main
from .conftest import SYSTEM, Office, build
from .examples import order

pytestmark = pytest.mark.django_db
_office = shared_world(build)
GAP = """
    INSERT INTO eng_slips_slip (id, run_id, position, number, free_area, reissue, subject, amount, due, issued_on,
        digits, why_none, paper)
    SELECT gen_random_uuid(), run_id, 9, number, free_area, 1, subject, amount, due, issued_on, digits, why_none, paper
    FROM eng_slips_slip
"""
EL = rules.ElCodes(fee_number="031", levy_year="2026", tax_year="2026", period="01")


@pytest.fixture
def office(db: None, _office: Office) -> Office:
    return _office


def issue(office: Office, orders: Sequence[rules.SlipOrder], key: str = "run", actor: Actor | None = None) -> UUID:
    return actions.issue_slips(
        actor=actor or office.clerk, run_key=key, division_id=office.division, title="6月分", orders=orders
    )


def counts() -> tuple[int, int]:
    with unit(SYSTEM):
        return SlipRun.objects.count(), Slip.objects.count()


def slips_of(run_id: UUID) -> list[Slip]:
    with unit(SYSTEM):
        return list(Slip.objects.filter(run_id=run_id).order_by("position"))


def test_a_slip_carries_what_comes_back_from_stores(office: Office) -> None:
    pay_by = clock.today() + timedelta(days=40)
    (slip,) = slips_of(issue(office, [order("0000000017", el=EL)]))
    barcode = rules.checked_barcode(slip.digits)
    assert barcode == rules.PaymentBarcode(
        issuer="900000", free_area="123450000000017000000", reissue=0, pay_by=pay_by, stamp=False, amount=12_000
    )
    el = rules.read_el_qr(slip.paper["el"])
    assert el.faults == ()
    assert el.slip is not None
    assert (el.slip.amount, el.slip.case_key, el.slip.body_code) == (12_000, "0" * 18 + "17", "99001")
    with unit(office.reader):
        found = queries.find_slip("123450000000017000000", 0)
        assert found == queries.current_slip("123450000000017000000")
        assert found is not None
        assert (found.subject, found.name, found.title) == ("test:0000000017", "見本 太郎", "学童クラブ保育料")
        assert queries.slips_by([(barcode.free_area, 0), (barcode.free_area, 1), ("0" * 21, 0)]) == {
            (barcode.free_area, 0): found
        }


def test_the_same_key_twice_is_one_run_and_another_content_is_refused(office: Office) -> None:
    first = issue(office, [order("0000000001"), order("0000000002")])
    assert issue(office, [order("0000000001"), order("0000000002")]) == first
    assert counts() == (1, 2)
    with pytest.raises(Conflict) as refused:
        issue(office, [order("0000000001", amount=1), order("0000000002")])
    assert (refused.value.code, counts()) == ("slip.run_differs", (1, 2))


def test_a_number_given_again_raises_the_flag_and_marks_the_slip_before(office: Office) -> None:
    for flag in range(3):
        (slip,) = slips_of(issue(office, [order("0000000001")], key=f"run {flag}"))
        assert (slip.reissue, rules.checked_barcode(slip.digits).reissue) == (flag, flag)
    with unit(office.clerk):
        found = queries.slips_named("0000000001")
    assert [(one.reissue, one.replaced_at is None) for one in found] == [(2, True), (1, False), (0, False)]


def test_an_official_reissues_one_slip_and_no_old_one(office: Office) -> None:
    (slip,) = slips_of(issue(office, [order("0000000001", el=EL, rows=(("月", "6月"),))]))
    run_id = actions.reissue_slip(actor=office.clerk, slip_id=slip.pk, large=True)
    (again,) = slips_of(run_id)
    assert (again.reissue, again.subject, again.amount) == (1, slip.subject, slip.amount)
    assert {**again.paper, "el": "", "ocr": [], "el_number": []} == {**slip.paper, "el": "", "ocr": [], "el_number": []}
    # an old paper's confirmation number fits the old paper alone
    assert again.paper["el_number"][2] != slip.paper["el_number"][2]
    with unit(office.clerk):
        shown = queries.run(run_id)
    assert shown is not None
    assert shown.large
    before = counts()
    with pytest.raises(Conflict) as refused:
        actions.reissue_slip(actor=office.clerk, slip_id=slip.pk)
    assert (refused.value.code, counts()) == ("slip.replaced", before)


def test_after_the_ninth_reissue_a_new_number_is_needed(office: Office) -> None:
    for flag in range(10):
        issue(office, [order("0000000001")], key=f"run {flag}")
    before = counts()
    with pytest.raises(OrdersRefused) as refused:
        issue(office, [order("0000000001")], key="run 10")
    assert (refused.value.found[0].fault.code, counts()) == ("slip.reissues", before)


def test_a_run_stops_naming_everybody_whose_slip_cannot_be_printed(office: Office) -> None:
    bad = [
        order("0000000002", to=rules.Addressee(postcode="", address="みどり区1", name="\U00031350 次郎")),
        order("0000000003", to=rules.Addressee(postcode="", address="", name="見本 三郎")),
        order("0000000004", pay_by=clock.today() - timedelta(days=1)),
        order("0000000005", title="題" * 31),
    ]
    with pytest.raises(OrdersRefused) as refused:
        issue(office, [order("0000000001"), *bad])
    assert [(one.number, one.fault.code) for one in refused.value.found] == [
        ("0000000002", "slip.glyph"), ("0000000003", "slip.window_empty"), ("0000000004", "slip.pay_by_past"),
        ("0000000005", "slip.title"),
    ]  # fmt: skip
    assert refused.value.found[0].name == "\U00031350 次郎"
    assert (refused.value.params["count"], counts()) == (4, (0, 0))


@pytest.mark.parametrize(
    ("orders", "code"),
    [
        ([], "slip.no_orders"),
        ([order("0000000001"), order("0000000001")], "slip.doubled"),
        ([order("1"), order("10")], "slip.doubled"),
        ([order("12x")], "slip.orders"),
        ([order("1" * 17)], "slip.orders"),
    ],
)
def test_what_cannot_be_told_apart_is_refused(office: Office, orders: list[rules.SlipOrder], code: str) -> None:
    with pytest.raises((Conflict, Invalid)) as refused:
        issue(office, orders)
    assert (refused.value.code, counts()) == (code, (0, 0))


def test_a_number_never_passes_to_another_thing(office: Office) -> None:
    issue(office, [order("0000000001")])
    with pytest.raises(Conflict) as refused:
        issue(office, [order("0000000001", subject="test:another")], key="run 2")
    assert (refused.value.code, counts()) == ("slip.taken", (1, 1))


@pytest.mark.parametrize(
    ("change", "why"), [({"amount": 300_001}, "slip.over_limit"), ({"handwritten": True, "el": EL}, "slip.handwritten")]
)
def test_who_gets_no_barcode_is_told_why(office: Office, change: dict[str, Any], why: str) -> None:
    run_id = issue(office, [dataclasses.replace(order("0000000001"), **change)])
    (slip,) = slips_of(run_id)
    assert (slip.digits, slip.why_none, slip.paper["el"]) == ("", why, "")
    with unit(office.clerk):
        shown = queries.run(run_id)
    assert shown is not None
    assert shown.without_bars == 1


def test_only_who_may_issues_and_only_for_the_own_division(office: Office) -> None:
    for actor in (office.reader, office.stranger, office.administrator, Actor()):
        with pytest.raises(Forbidden):
            issue(office, [order("0000000001")], actor=actor)
    (slip,) = slips_of(issue(office, [order("0000000001")]))
    with pytest.raises(Forbidden):
        actions.reissue_slip(actor=office.reader, slip_id=slip.pk)
    with pytest.raises(NotFound):
        actions.reissue_slip(actor=office.stranger, slip_id=slip.pk)
    assert counts() == (1, 1)


def test_another_division_s_slips_are_not_there(office: Office) -> None:
    run_id = issue(office, [order("0000000001")])
    (slip,) = slips_of(run_id)
    with unit(office.stranger):
        assert (queries.runs(), queries.run(run_id), queries.slip(slip.pk)) == ([], None, None)
        assert queries.find_slip(slip.free_area, 0) is None
    for blind in (Actor(), office.administrator):
        with unit(blind):
            assert Slip.objects.count() == 0


def test_issuing_stands_in_the_trail_without_address(office: Office) -> None:
    (slip,) = slips_of(issue(office, [order("0000000001")]))
    (event,) = audit.events_of(table="eng_slips_slip", object_id=str(slip.pk))
    assert (event.action, "本町" in str(event)) == ("insert", False)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE eng_slips_slip SET amount = 1",
        "UPDATE eng_slips_slip SET digits = ''",
        "UPDATE eng_slips_slip SET reissue = 3",
        GAP,
        "UPDATE eng_slips_slipterms SET issuer = '111111'",
    ],
)
def test_the_database_refuses_what_must_never_be(office: Office, statement: str) -> None:
    issue(office, [order("0000000001")])
    with pytest.raises(IntegrityError), unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(statement)


def test_queries_take_a_known_number_of_statements(office: Office, django_assert_num_queries: Any) -> None:
    run_id = issue(office, [order("0000000001"), order("0000000002")])
    (first, _) = slips_of(run_id)
    with unit(office.clerk):
        for count, ask in (
            (1, lambda: queries.terms_on(clock.today())), (1, lambda: queries.find_slip(first.free_area, 0)),
            (1, lambda: queries.current_slip(first.free_area)), (1, lambda: queries.slip(first.pk)),
            (1, lambda: queries.slips_by([(first.free_area, 0)])), (1, lambda: queries.slips_named(first.number)),
            (2, queries.runs), (2, lambda: queries.run(run_id)),
        ):  # fmt: skip
            with django_assert_num_queries(count):
                ask()


def test_what_the_records_say_against_a_barcode(office: Office) -> None:
    (slip,) = slips_of(issue(office, [order("0000000001")]))
    good = rules.checked_barcode(slip.digits)
    with unit(office.clerk):

        def codes(**change: Any) -> list[str]:
            return [f.code for f in queries.record_faults(dataclasses.replace(good, **change), "900000")]

        assert codes() == []
        assert codes(amount=1) == ["slip.amount_differs"]
        assert codes(pay_by=None) == ["slip.pay_by_differs"]
        assert codes(free_area="9" * 21) == ["slip.unknown_key"]
        assert codes(free_area="9" * 21, issuer="111111") == ["slip.issuer"]
    issue(office, [order("0000000001")], key="again")
    with unit(office.clerk):
        assert codes() == ["slip.old_reissue"]


# -- terms -------------------------------------------------------------------------------------------------


def test_terms_hold_from_their_day(office: Office) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    actions.set_terms(actor=office.administrator, valid_from=tomorrow, issuer="911111", limit_yen=100)
    with unit(office.clerk):
        today, later = queries.terms_on(clock.today()), queries.terms_on(tomorrow)
        assert today is not None
        assert later is not None
        assert (today.issuer, later.issuer, later.limit_yen) == ("900000", "911111", 100)
        assert queries.terms_on(date(2019, 12, 31)) is None
    with pytest.raises(Conflict) as refused:
        actions.set_terms(actor=office.administrator, valid_from=tomorrow, issuer="922222")
    assert refused.value.code == "slip.terms_there"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"issuer": "12345"}, "slip.issuer_shape"), ({"prefix": "1" * 13}, "slip.line_part"),
        ({"limit_yen": 1_000_000}, "slip.amount_layout"), ({"dpi": 203}, "slip.dpi"),
        ({"body_code": "123"}, "slip.line_part"), ({"apps": "あ" * 61}, "slip.places"),
        ({"window": {"left": 100.0}}, "slip.window_place"),
    ],
)  # fmt: skip
def test_terms_that_make_no_slip_are_refused(office: Office, change: dict[str, Any], code: str) -> None:
    parts: dict[str, Any] = {"valid_from": date(2030, 1, 1), "issuer": "900000"}
    with pytest.raises(Invalid) as refused:
        actions.set_terms(actor=office.administrator, **{**parts, **change})
    assert (refused.value.code, SlipTerms.objects.count()) == (code, 1)
    with pytest.raises(Forbidden):
        actions.set_terms(actor=office.clerk, **parts)


def test_without_terms_nothing_is_issued(office: Office) -> None:
    with clock.standing_at(clock.now().replace(year=2019)), pytest.raises(Conflict) as refused:
        issue(office, [order("0000000001")])
    assert (refused.value.code, counts()) == ("slip.no_terms", (0, 0))


def test_operators_set_and_see_terms(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    del office
    assert terms_main(["set", "--from", "2026-01-01", "--issuer", "933333", "--dpi", "600", "--apps", "見本ペイ"]) == 0
    assert "請求者コード: 933333" in capsys.readouterr().out
    assert terms_main(["set", "--from", "2026-01-01", "--issuer", "933333"]) == 1
    assert "もうあります" in capsys.readouterr().err
    assert terms_main(["show"]) == 0


def test_runs_are_erased_after_their_years_but_not_before_their_reissues(office: Office) -> None:
    run_id = issue(office, [order("0000000017"), order("0000000025")])
    actions.print_run(actor=SYSTEM, run_id=run_id)
    year = fiscal_year(clock.today())
    last, first = date(year + 6, 3, 31), date(year + 6, 4, 1)
    with unit(SYSTEM):
        (slip, _) = Slip.objects.filter(run_id=run_id).order_by("position")
        assert retention.over(retention.KEY, last, 10) == []
        assert [key for key, _, _ in retention.over(retention.KEY, first, 10)] == [str(run_id)]
    with clock.standing_at(clock.now() + timedelta(days=366)):
        again = actions.reissue_slip(actor=office.clerk, slip_id=slip.pk, pay_by=clock.today() + timedelta(days=20))
        actions.print_run(actor=SYSTEM, run_id=again)
    with unit(SYSTEM):
        assert retention.over(retention.KEY, first, 10) == []
        found = queries.find_slip(slip.free_area, 0)
        assert found is not None
        assert found.replaced_at is not None
        both = [str(run_id), str(again)]
        assert [key for key, _, _ in retention.over(retention.KEY, date(year + 7, 4, 1), 10)] == both
        counts_, hashes = retention.erase(retention.KEY, both)
    assert counts_ == {"eng_slips_sliprun": 2, "eng_slips_slip": 3, "eng_slips_slippart": 2}
    assert len(hashes) == 7
    assert counts() == (0, 0)
