"""Files of receipts taken in: whole or not at all, in any order and as often as they come, to the same end."""

from __future__ import annotations

from datetime import date, datetime
from itertools import permutations

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import shared_world
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from .. import actions, queries, rules
from ..rules import Meaning
from .desk import SYSTEM, TERMS, Desk, asked, build, states, to_book
from .made import barcode, report, reports

pytestmark = pytest.mark.django_db
desk = shared_world(build)
A, B, C = (barcode(number) for number in (1, 2, 3))
KINDS: dict[Meaning, str] = {"advance": "01", "final": "02", "cancel": "03"}


def test_a_file_waits_until_somebody_has_seen_what_it_does(desk: Desk) -> None:
    id, is_new = desk.read(reports(report("01", A), report("02", B), report("03", C)))
    assert is_new
    found = desk.file(id)
    assert (found.state, found.rows, found.amount_yen, states()) == ("ready", 3, 3 * 15435, {})
    told = {name: found.outcome[name] for name in ("new", "provisional", "final", "final_yen", "orphan_cancel")}
    assert told == {"new": 3, "provisional": 1, "final": 1, "final_yen": 15435, "orphan_cancel": 1}
    actions.apply_file(actor=desk.clerk, id=id)
    assert states() == {A: ("provisional", 1), B: ("final", 2), C: ("held", 4)}
    assert desk.entries() == [("orphan_cancel", C)]
    trail = audit.events_of(table="eng_bankfiles_takenfile", object_id=str(id))
    assert {(one.action, one.actor_id) for one in trail} >= {("apply_file", desk.clerk.account_id)}


def test_what_is_to_be_booked_of_a_file(desk: Desk) -> None:
    first = desk.take(reports(report("01", A), report("01", B), report("03", C)))
    key = "0000000000000001", "0000000000000002"
    day = date(2026, 6, 30)
    assert to_book(first) == [("agent", key[0], 0, day, 15435, "provisional"),
                              ("agent", key[1], 0, day, 15435, "provisional")]  # fmt: skip
    second = desk.take(reports(report("02", A), report("03", B), report("01", A)))
    assert to_book(second) == [("agent", key[0], 0, day, 15435, "final"), ("agent", key[1], 0, day, 15435, "cancelled")]
    third = desk.take(reports(report("03", A), report("01", C)))
    assert to_book(third) == [("agent", "0000000000000003", 0, day, 15435, "cancelled")]
    assert desk.entries() == [("conflict", A)]
    assert desk.entries(is_open=False) == [("orphan_cancel", C)]


def test_the_same_file_again_changes_nothing_and_says_so(desk: Desk) -> None:
    data = reports(report("02", A))
    id = desk.take(data)
    assert desk.read(data) == (id, False)
    assert actions.apply_file(actor=desk.clerk, id=id) == desk.file(id).outcome
    assert len(asked("SELECT 1 FROM eng_bankfiles_takenfile")) == 1


def test_the_same_reports_in_another_file_are_repetitions(desk: Desk) -> None:
    desk.take(reports(report("01", A), report("02", A)))
    again = desk.take(reports(report("02", A), report("02", A), report("01", A), report("01", B)))
    outcome = desk.file(again).outcome
    assert (outcome["repeated"], outcome["new"], outcome["changed"]) == (3, 1, 0)
    assert to_book(again) == [("agent", "0000000000000002", 0, date(2026, 6, 30), 15435, "provisional")]


ORDERS = [("advance", "final"), ("advance", "cancel"), ("final", "cancel"), ("advance", "final", "cancel")]


@pytest.mark.parametrize("meanings", ORDERS)
def test_any_order_of_files_ends_the_same(desk: Desk, meanings: tuple[Meaning, ...]) -> None:
    expected = rules.outcome(meanings)
    for n, order in enumerate(permutations(meanings)):
        code = barcode(100 + n)
        for k, meaning in enumerate(order):
            desk.take(reports(report(KINDS[meaning], code), report("01", barcode(900 + 10 * n + k))))
        assert states()[code] == (expected.state, expected.seen)
        waiting = [kind for kind, about in desk.entries() if about == code]
        assert waiting == ([expected.entry] if expected.entry else [])


FILE = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(sorted(KINDS))), min_size=1, max_size=6)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FILE, min_size=1, max_size=4))
def test_the_database_does_what_the_rules_say(desk: Desk, files: list[list[tuple[int, Meaning]]]) -> None:
    """Whole files against the machine for one receipt."""
    seen: dict[int, rules.Receipt] = {}
    with transaction.atomic():
        for n, file in enumerate(files):
            desk.take(reports(report("01", barcode(5000 + n)), *(report(KINDS[m], barcode(k)) for k, m in file)))
            for k, meaning in file:
                seen[k], _ = rules.reported(seen.get(k, rules.Receipt()), meaning)
        found = states()
        assert {k: found[barcode(k)] for k in seen} == {k: (one.state, one.seen) for k, one in seen.items()}
        assert sorted(desk.entries()) == sorted((one.entry, barcode(k)) for k, one in seen.items() if one.entry)
        transaction.set_rollback(True)


def test_a_receipt_of_another_time_or_shop_is_another_one(desk: Desk) -> None:
    desk.take(reports(report("02", A), report("02", A, time="1146"), report("02", A, shop="0110003")))
    assert asked("SELECT count(*) FROM eng_bankfiles_storereceipt") == [(3,)]


def test_what_is_noticed_on_the_way_is_on_the_work_list(desk: Desk) -> None:
    late = barcode(7, pay_by="260629")
    foreign = barcode(8, issuer="911111")
    id = desk.take(reports(report("02", late), report("02", foreign), report("02", barcode(9, pay_by="260630"))))
    assert desk.entries() == [("after_pay_by", late), ("foreign", foreign)]
    assert [row[1] for row in to_book(id)] == ["0000000000000007", "0000000000000009"]


@pytest.mark.parametrize(
    ("line", "place", "code"),
    [
        (report("05", A), "データ種別", "bankfile.kind"),
        (report("01", A[:-1] + "5"), "バーコード", "bankfile.check_digit"),
        (report("01", A, day="20260631"), "収納日", "bankfile.day"),
        (report("01", A, day="20250229"), "収納日", "bankfile.day"),
        (report("01", A, time="2460"), "収納時刻", "bankfile.time"),
        (report("01", barcode(1, pay_by="261301")), "バーコード", "bankfile.pay_by"),
        (report("01", barcode(1, amount=0)), "バーコード", "bankfile.not_positive"),
        (report("01", A)[:-1] + "X", "", ""),
        (report("01", A, shop="01100X2"), "店舗コード", "bankfile.number"),
    ],
)
def test_a_wrong_line_keeps_the_whole_file_out(desk: Desk, line: str, place: str, code: str) -> None:
    id, _ = desk.read(reports(report("01", B), line))
    found = desk.file(id)
    if not code:  # a stray byte in the blanks is worth a word, no more
        assert (found.state, [one[3] for one in found.problems]) == ("ready", ["bankfile.filler"])
        return
    assert found.state == "refused"
    assert [(line_, place_, code_) for _, line_, place_, code_, _ in found.problems] == [(3, place, code)]
    with pytest.raises(Conflict, match=r"bankfile\.not_waiting"):
        actions.apply_file(actor=desk.clerk, id=id)
    assert states() == {}


def test_the_guess_of_age_and_sex_is_kept_nowhere(desk: Desk) -> None:
    columns = asked(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'eng_bankfiles_storereceipt'"
    )
    assert not {name for (name,) in columns} & {"customer_class"}
    assert b"\t11\t" not in rules.staged(reports(report("01", A)), rules.StoreTerms()).lines


def sheet_row(kind: str, code: str, amount: int) -> str:
    return f"{kind},20260630,1145,EAN{code},252070,0000,0,{amount},020,ゆうちょ,0110002,20260715,20260701\r\n"


HEAD = "種別,収納日,時刻,バーコード,欄1,欄2,印紙,金額,企業,企業名,店舗,送金日,作成日\r\n"


def test_a_correction_before_the_booking_counts_and_afterwards_waits_for_a_person(desk: Desk) -> None:
    early, late = barcode(21), barcode(22)
    first = (HEAD + sheet_row("12", early, 500) + sheet_row("22", early, 700) + sheet_row("12", late, 500)).encode(
        "cp932"
    )
    desk.take(first, "sheet")
    second = desk.take((HEAD + sheet_row("22", late, 700)).encode("cp932"), "sheet")
    found = asked("SELECT barcode, amount_yen FROM eng_bankfiles_storereceipt ORDER BY barcode")
    assert found == [(early, 700), (late, 500)]
    assert (desk.entries(), to_book(second)) == ([("amount_corrected", late)], [])
    with unit(desk.clerk):
        assert queries.differences().rows[0].detail == {"before": 500, "after": 700}


def test_an_amount_that_is_not_the_barcodes_is_refused_but_for_postal_slips(desk: Desk) -> None:
    id, _ = desk.read((HEAD + sheet_row("02", A, 1)).encode("cp932"), "sheet")
    assert [one[3] for one in desk.file(id).problems] == ["bankfile.amount_differs"]


def test_notices_that_wait_too_long_raise_an_alarm_that_the_answer_settles(desk: Desk) -> None:
    desk.take(reports(report("01", A, made="20260701"), report("01", B, made="20260702")))
    with clock.standing_at(datetime(2026, 7, 12, 6, 40, tzinfo=clock.TOKYO)):
        assert actions.raise_alarms(actor=SYSTEM) == 1
        assert actions.raise_alarms(actor=SYSTEM) == 0
    assert desk.entries() == [("late", A)]
    desk.take(reports(report("02", A)))
    assert (desk.entries(), desk.entries(is_open=False)) == ([], [("late", A)])


def test_a_room_above_puts_aside_what_it_cannot_place(desk: Desk) -> None:
    desk.take(reports(report("02", A)))
    ((receipt,),) = asked("SELECT id FROM eng_bankfiles_storereceipt")
    for count in (1, 0):
        assert actions.put_aside(actor=SYSTEM, receipt_ids=[receipt], kind="unknown") == count
    assert desk.entries() == [("unknown", A)]


def test_a_difference_is_closed_once_with_words(desk: Desk) -> None:
    desk.take(reports(report("03", A)))
    with unit(desk.clerk):
        id = queries.differences().rows[0].id
    with pytest.raises(Invalid):
        actions.close_difference(actor=desk.clerk, id=id, note=" ")
    actions.close_difference(actor=desk.clerk, id=id, note="代行会社に確かめた。")
    with pytest.raises(Conflict):
        actions.close_difference(actor=desk.clerk, id=id, note="もう一度")
    with unit(desk.clerk):
        found = queries.difference(id)
    assert found is not None
    assert (found.note, found.closed_by) == ("代行会社に確かめた。", "sato")


def test_remittances_stand_beside_what_was_counted(desk: Desk) -> None:
    desk.take(reports(report("02", A), report("02", B), report("02", C, chain="000030"), report("01", barcode(4))))
    text = "送金日,企業コード,金額\r\n2026/07/15,000020,30870\r\n2026/07/15,000030,15000\r\n2026/07/16,000020,1\r\n"
    desk.take(text.encode("cp932"), purpose="remittance")
    with unit(desk.clerk):
        found = queries.remittances(since=date(2026, 7, 1))
    assert [(one.remit_on.day, one.chain, one.said, one.counted, one.difference) for one in found] == [
        (15, "000020", 30870, 30870, 0), (15, "000030", 15000, 15435, 435), (16, "000020", 1, 0, -1),
    ]  # fmt: skip


def test_only_who_may_takes_files_in_or_sees_them(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        actions.read_file(actor=desk.stranger, partner="agent", purpose="receipts", filename="a", data=b"x")
    id, _ = desk.read(reports(report("03", A)))
    with pytest.raises(Forbidden):
        actions.apply_file(actor=desk.stranger, id=id)
    actions.apply_file(actor=desk.clerk, id=id)
    with unit(desk.stranger):
        assert queries.taken_file(id) is None
        assert queries.differences().rows == ()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM eng_bankfiles_storereceipt")
            assert cursor.fetchone() == (0,)


def test_what_was_reported_is_never_taken_back(desk: Desk) -> None:
    id = desk.take(reports(report("02", A)))
    for statement in (
        "UPDATE eng_bankfiles_storereceipt SET seen = 1, state = 'provisional'",
        "UPDATE eng_bankfiles_storereceipt SET amount_yen = 1",
        "UPDATE eng_bankfiles_storereceipt SET shop = '1'",
        "DELETE FROM eng_bankfiles_storereceipt",
        "UPDATE eng_bankfiles_takenfile SET state = 'ready'",
        "UPDATE eng_bankfiles_storereceipt SET last_file_id = gen_random_uuid()",
        (
            "INSERT INTO eng_bankfiles_storereceipt (partner_id, barcode, paid_on, paid_at, shop, seen, state, "
            "amount_yen, chain, data_on, is_ours, last_file_id) SELECT 0, barcode, paid_on, paid_at, 'x', "
            "seen, state, amount_yen, "
            "chain, data_on, is_ours, last_file_id FROM eng_bankfiles_storereceipt"
        ),
        "UPDATE eng_bankfiles_storereceipt SET barcode = left(barcode, 43)",
        "DELETE FROM eng_bankfiles_partner",
    ):
        with pytest.raises(IntegrityError), unit(SYSTEM), connection.cursor() as cursor:
            cursor.execute(statement)
    assert (states(), desk.file(id).state) == ({A: ("final", 2)}, "applied")


def test_a_file_is_read_and_taken_in_at_once_or_kept_as_refused(desk: Desk) -> None:
    def whole(data: bytes) -> tuple[str, bool]:
        id, is_taken = actions.take_whole(
            actor=desk.clerk, partner="agent", purpose="receipts", filename="a.txt", data=data
        )
        return desk.file(id).state, is_taken

    data = reports(report("02", A))
    assert [whole(data), whole(data)] == [("applied", True), ("applied", False)]
    waiting = reports(report("02", B))
    desk.read(waiting)
    assert whole(waiting) == ("applied", True)
    assert whole(reports(report("99", C))) == ("refused", False)
    assert states() == {A: ("final", 2), B: ("final", 2)}


def test_a_file_that_was_given_up_may_come_again(desk: Desk) -> None:
    data = reports(report("02", A))
    id, _ = desk.read(data)
    actions.drop_file(actor=desk.clerk, id=id)
    with pytest.raises(Conflict):
        actions.apply_file(actor=desk.clerk, id=id)
    assert desk.read(data)[1]


def test_what_is_no_partner_or_empty_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.read(b"x", "nobody")
    with pytest.raises(Invalid):
        desk.read(b"")


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"issuer": "12"}, "issuer"),
        ({"layout": "zengin-91"}, "layout"),
        ({"prefix": "x"}, "prefix"),
        ({"kinds": {"1": "final"}}, "kinds"),
        ({"kinds": {"01": "often"}}, "kinds"),
        ({"alarm_days": 0}, "alarm_days"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_terms_that_make_no_sense_are_refused(desk: Desk, terms: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.set_partner(actor=desk.administrator, code="agent", kind="stores", title="x", terms=terms)
    assert set(refused.value.fields) == {field}
    with pytest.raises(Forbidden):
        actions.set_partner(actor=desk.clerk, code="agent", kind="stores", title="x", terms={})


def test_lines_come_in_the_order_of_their_barcodes() -> None:
    """Whatever the order of the file: so the database groups, writes and books them walking along."""
    codes = [barcode(number, 1_000 + number % 7) for number in (30, 1, 2_000_000, 7, 400)]
    found = rules.staged(reports(*(report("02", code) for code in codes)), rules.store_terms(TERMS))
    assert [line[:44].decode() for line in found.lines.splitlines()] == sorted(codes)
