"""A counter's day: opened, sold at, given back at, closed, handed over, settled; what the database refuses."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from pypdf import PdfReader

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.engines.bankfiles import actions as bankfiles
from jichi.engines.ledger import queries as ledger
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from .. import actions, queries, rules
from ..models import DeskDay, Sale, SaleLine, Tablet
from .office import SYSTEM, VISA, Office, build, cash, close, opened, sold

office = shared_world(build)
BANK = {
    "client_code": "1234567890", "client_name": "ﾐﾄﾞﾘｸ", "bank": "0001", "branch": "001", "type": "1",
    "account": "1234567",
}  # fmt: skip
pytestmark = pytest.mark.django_db
TOMORROW = clock.today() + timedelta(days=1)


def books() -> dict[str, int]:
    """Balances of what counters post."""
    with unit(SYSTEM):
        found = ledger.balances(on=clock.today() + timedelta(days=60))
    assert sum(found.values()) == 0
    return {account: yen for account, yen in found.items() if yen}


def test_a_day_from_float_to_treasurer(office: Office) -> None:
    day = opened(office)
    first = sold(office, cash(1_000), JUMIN=2)
    second = sold(office, VISA, CHIZU=1, MIZU=2)
    back = actions.give_back(actor=office.clerk, sale_id=second, key=uuid4(), counts={0: 1}, reason="取り違え")
    with unit(office.clerk):
        found = [queries.sale(one) for one in (first, second, back)]
        assert [one and one.number for one in found] == [f"A-1-{clock.today():%Y%m%d}-{n:04}" for n in (1, 2, 3)]
        assert found[0] is not None
        assert (found[0].change_yen, found[0].clerk) == (400, "desk-clerkの名前")
    assert books() == {}
    assert close(office, day, 10_500, "100円を渡しすぎた") == "closed"
    assert books() == {"desk_cash": 500, "over_short": 100, "agents": 216, "revenue": -816}
    slip = actions.hand_over(actor=office.treasurer, day_ids=[day], counted_yen=500)
    assert actions.hand_over(actor=office.treasurer, day_ids=[day], counted_yen=500) == slip
    assert books() == {"cash": 500, "over_short": 100, "agents": 216, "revenue": -816}
    with pytest.raises(Conflict):
        sold(office, cash(300), JUMIN=1)
    with pytest.raises(Conflict) as refused:
        opened(office)
    assert refused.value.code == "cashless.closed_today"


def test_the_same_order_again_is_the_same_sale(office: Office) -> None:
    opened(office)
    key = uuid4()
    assert [sold(office, cash(500), key=key, JUMIN=1) for _ in range(3)] == [key] * 3
    with pytest.raises(Conflict) as refused:
        sold(office, cash(600), key=key, JUMIN=2)
    assert refused.value.code == "cashless.other_repeat"
    with unit(office.clerk):
        assert Sale.objects.count() == 1


def test_a_difference_is_explained_and_a_large_one_confirmed_by_somebody_else(office: Office) -> None:
    day = actions.open_day(actor=office.chief, desk_id=office.desks["A-1"], pieces={1_000: "10"})
    with pytest.raises(Invalid) as refused:
        close(office, day, 9_900)
    assert refused.value.fields["reason"].params == {"difference": "-100"}
    assert actions.close_day(actor=office.chief, day_id=day, pieces={1: "5000"}, reason="なくなった") == "waiting"
    with pytest.raises(Conflict):
        sold(office, cash(300), JUMIN=1)
    for actor, code in ((office.chief, "cashless.same_person"), (office.clerk, "forbidden")):
        with pytest.raises(Forbidden) as no:
            actions.confirm_day(actor=actor, day_id=day)
        assert no.value.code == code
    actions.reopen_day(actor=office.chief, day_id=day)
    assert close(office, day, 5_000, "なくなった") == "waiting"
    assert books() == {}
    actions.confirm_day(actor=office.chief, day_id=day)
    assert books() == {"desk_cash": -5_000, "over_short": 5_000}


def test_what_is_refused_changes_nothing(office: Office) -> None:
    day = opened(office)
    tries: list[tuple[type[Exception], Callable[[], object]]] = [
        (Invalid, lambda: sold(office, cash(299), JUMIN=1)),
        (Invalid, lambda: sold(office, cash(300), JUMIN=0)),
        (Conflict, lambda: sold(office, cash(9_000), NOTHING=1)),
        (Conflict, lambda: sold(office, cash(300), desk="A-2", JUMIN=1)),
        (NotFound, lambda: sold(office, cash(300), desk="B-1", JUMIN=1)),
        (NotFound, lambda: actions.close_day(actor=office.other, day_id=day, pieces={}, reason="x")),
        (Forbidden, lambda: actions.hand_over(actor=office.clerk, day_ids=[day], counted_yen=0)),
        (Forbidden, lambda: actions.load_fees(actor=office.clerk, data=b"x", valid_from=clock.today())),
        (Conflict, lambda: actions.hand_over(actor=office.treasurer, day_ids=[day], counted_yen=0)),
        (Conflict, lambda: opened(office)),
    ]
    for refusal, act in tries:
        with pytest.raises(refusal):
            act()
    with unit(SYSTEM):
        assert (Sale.objects.count(), DeskDay.objects.get().last_serial, DeskDay.objects.get().state) == (0, 0, "open")


def test_a_day_of_before_is_closed_first_and_what_comes_late_says_so(office: Office) -> None:
    now = clock.now()
    with clock.standing_at(now):
        day = opened(office)
    with clock.standing_at(now + timedelta(days=1)):
        with pytest.raises(Conflict) as refused:
            opened(office)
        assert refused.value.code == "cashless.day_of_before"
        with pytest.raises(Conflict) as refused:
            sold(office, cash(300), JUMIN=1)
        assert refused.value.code == "cashless.day_of_before"
        close(office, day, 10_000)
        opened(office)
        late = actions.sell(
            actor=office.clerk, desk_id=office.desks["A-1"], key=uuid4(), counts={"JUMIN": 1}, tender=cash(300),
            device_at=now,
        )  # fmt: skip
        with unit(office.clerk):
            found = queries.sale(late)
        assert found is not None
        assert (found.is_late, found.belongs_on, found.on) == (True, now.date(), now.date() + timedelta(days=1))
        for wrong in (now - timedelta(days=32), now + timedelta(days=2)):
            with pytest.raises(Invalid):
                actions.sell(
                    actor=office.clerk, desk_id=office.desks["A-1"], key=uuid4(), counts={"JUMIN": 1},
                    tender=cash(300), device_at=wrong,
                )  # fmt: skip


def test_a_file_of_fees_makes_a_later_list_and_none_of_today(office: Office) -> None:
    text = "窓口番号,項目番号,項目,単価,税区分\nA-1,JUMIN,住民票の写し,400,非課税\n".encode()
    with pytest.raises(Invalid):
        actions.load_fees(actor=office.treasurer, data=text, valid_from=clock.today())
    later = clock.today() + timedelta(days=1)
    assert actions.load_fees(actor=office.treasurer, data=text, valid_from=later) == 1
    with unit(office.clerk):
        assert [queries.fee_at(office.desks["A-1"], day)[1][0].unit_yen for day in (clock.today(), later)] == [300, 400]
    with pytest.raises(actions.WrongFile) as refused:
        actions.load_desks(actor=office.treasurer, data="窓口番号,窓口名,課\nA-9,x,どこか\nA-8,y,DESK-A\n".encode())
    assert [(one.line, one.column) for one in refused.value.lines] == [(2, "課")]
    assert queries.desk_codes() == ["A-1", "A-2", "B-1"]


def test_a_settlement_books_what_agrees_and_puts_the_rest_aside(office: Office) -> None:
    day = opened(office)
    sold(office, VISA, JUMIN=2)
    close(office, day, 10_000)
    today = clock.today()
    rows = f"{today},{today},ビザ,1,600,2%,12,1,587,{today}\n{today},{today},PayPay,1,300,2%,6,0,294,{today}\n"
    data = ("対象期間開始,対象期間終了,ブランド,件数,売上金額,手数料率,手数料,消費税,振込金額,振込日\n" + rows).encode()
    id = actions.read_settlement(actor=office.treasurer, firm="firm", filename="a.csv", data=data)
    assert actions.read_settlement(actor=office.treasurer, firm="firm", filename="b.csv", data=data) == id
    before = books()
    for _ in range(2):
        actions.apply_settlement(actor=office.treasurer, id=id)
    assert before == {"agents": 600, "revenue": -600}
    assert books() == {"remittances": 587, "collection_fees": 13, "revenue": -600}
    again = actions.read_settlement(actor=office.treasurer, firm="firm", filename="c.csv", data=data + b"\n")
    actions.apply_settlement(actor=office.treasurer, id=again)
    assert books()["remittances"] == 587
    with unit(office.treasurer):
        found = queries.differences()
        assert sorted(one.kind for one in found) == ["twice", "unknown", "unknown"]
    with pytest.raises(Invalid):
        actions.close_difference(actor=office.treasurer, id=found[0].id, note=" ")
    actions.close_difference(actor=office.treasurer, id=found[0].id, note="会社に問い合わせた")
    assert len(queries.differences()) == 2
    wrong = actions.read_settlement(
        actor=office.treasurer, firm="firm", filename="d.csv", data=data.replace(b",1,", b",x,")
    )
    with pytest.raises(Conflict):
        actions.apply_settlement(actor=office.treasurer, id=wrong)


_SALE_ON_A_CLOSED_DAY = """
    INSERT INTO front_cashless_sale (id, day_id, serial, number, method, total_yen, tendered_yen, fee_list_id, sold_at,
        belongs_on, prints)
    SELECT gen_random_uuid(), %(closed)s, 1, '', 'cash', 300, 300, fee_list_id, sold_at, belongs_on, 0
    FROM front_cashless_sale WHERE id = %(sale)s"""
_SECOND_DAY = """
    INSERT INTO front_cashless_deskday (id, desk_id, "on", state, opened_at, float_yen, float_pieces)
    SELECT gen_random_uuid(), desk_id, "on" + 9, 'open', opened_at, 0, '{}' FROM front_cashless_deskday
    WHERE id = %(day)s"""


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE front_cashless_sale SET total_yen = 1 WHERE id = %(sale)s", "cashless_booked"),
        ("DELETE FROM front_cashless_saleline WHERE sale_id = %(sale)s", "cashless_booked"),
        ("UPDATE front_cashless_fee SET unit_yen = 1", "cashless_booked"),
        ("UPDATE front_cashless_deskday SET state = 'open' WHERE id = %(closed)s", ""),
        ("UPDATE front_cashless_deskday SET last_serial = 0 WHERE id = %(day)s", "cashless_day_kept"),
        (_SALE_ON_A_CLOSED_DAY, "cashless_day_open"),
        (_SECOND_DAY, "cashless_one_open_day"),
    ],
)  # fmt: skip
def test_the_database_refuses_what_must_never_be(office: Office, statement: str, constraint: str) -> None:
    closed = opened(office, "A-2")
    close(office, closed, 10_000)
    told = {"day": opened(office), "sale": sold(office, cash(300), JUMIN=1), "closed": closed}
    with unit(SYSTEM), pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, told)
    assert refused.value.__cause__.diag.constraint_name == (constraint or "cashless_day_kept")  # type: ignore[union-attr] # psycopg's


def _back(sale: UUID, count: int) -> None:
    """A refund past the actions."""
    row, line = Sale.objects.get(pk=sale), SaleLine.objects.get(sale_id=sale)
    key = uuid4()
    Sale.objects.create(
        id=key, day=row.day, of=row, serial=1, method=row.method, brand=row.brand, total_yen=line.unit_yen * count,
        fee_list=row.fee_list, sold_at=row.sold_at, belongs_on=row.belongs_on, reason="x",
    )  # fmt: skip
    SaleLine.objects.create(
        sale_id=key, position=0, code=line.code, title=line.title, unit_yen=line.unit_yen, count=count, tax=line.tax,
        rate=line.rate,
    )  # fmt: skip


def test_no_more_goes_back_than_was_sold_whoever_writes_it(office: Office) -> None:
    opened(office)
    sale = sold(office, cash(900), JUMIN=3)
    with unit(SYSTEM):
        _back(sale, 2)
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            _back(sale, 2)
    assert refused.value.__cause__.diag.constraint_name == "cashless_back_most"  # type: ignore[union-attr] # psycopg's


def test_a_firms_money_waits_for_the_banks_credit(office: Office) -> None:
    """One credit brings two days; before it is there the money is on its way."""
    day, first = opened(office), clock.today()
    sold(office, VISA, JUMIN=1)
    close(office, day, 10_000)
    with clock.standing_at(clock.now() + timedelta(days=1)):
        day, today = opened(office), clock.today()
        sold(office, VISA, JUMIN=2)
        close(office, day, 10_000)
    head = "対象期間開始,対象期間終了,ブランド,件数,売上金額,手数料率,手数料,消費税,振込金額,振込日\n"
    rows = f"{first},{first},VISA,1,300,,6,0,294,{first}\n{today},{today},VISA,1,600,,12,0,588,{today}\n"
    id = actions.read_settlement(actor=office.treasurer, firm="firm", filename="a.csv", data=(head + rows).encode())
    actions.apply_settlement(actor=office.treasurer, id=id)
    assert books() == {"remittances": 882, "collection_fees": 18, "revenue": -900}
    bankfiles.set_partner(actor=SYSTEM, code="bank", kind="bank", title="例の銀行", terms=BANK)
    data = f"勘定日,金額,振込依頼人名\n{today},882,レイノカイシヤ\n".encode()
    file, _ = bankfiles.read_file(
        actor=office.treasurer, partner="bank", purpose="credits", filename="b.csv", data=data
    )
    for _ in range(2):
        bankfiles.apply_file(actor=office.treasurer, id=file)
    assert books() == {"cash": 882, "collection_fees": 18, "revenue": -900}


def paired(office: Office) -> str:
    """A tablet of the counter, ready to send."""
    made = actions.register_tablet(actor=office.chief, desk_id=office.desks["A-1"], name="左の端末")
    return actions.pair_tablet(actor=office.clerk, desk_id=office.desks["A-1"], code=made.code)


def test_a_tablet_is_paired_once_by_its_number_while_it_holds(office: Office) -> None:
    desk = office.desks["A-1"]
    with pytest.raises(Forbidden):
        actions.register_tablet(actor=office.clerk, desk_id=desk, name="端末")
    with pytest.raises(NotFound):
        actions.register_tablet(actor=office.chief, desk_id=office.desks["B-1"], name="端末")
    with pytest.raises(Invalid):
        actions.register_tablet(actor=office.chief, desk_id=desk, name=" ")
    made = actions.register_tablet(actor=office.chief, desk_id=desk, name="端末")
    tries = [(office.desks["A-2"], made.code), (desk, "00000000"), (desk, "")]
    for other, code in tries:
        with pytest.raises(Conflict):
            actions.pair_tablet(actor=office.clerk, desk_id=other, code=code)
    with clock.standing_at(clock.now() + timedelta(minutes=31)), pytest.raises(Conflict):
        actions.pair_tablet(actor=office.clerk, desk_id=desk, code=made.code)
    proof = actions.pair_tablet(actor=office.clerk, desk_id=desk, code=made.code)
    assert actions.known_tablet(actor=office.clerk, desk_id=desk, proof=proof) == made.id
    with pytest.raises(Conflict):
        actions.pair_tablet(actor=office.clerk, desk_id=desk, code=made.code)
    for wrong in ("", "x", f"{made.id}.", f"{made.id}.wrong", proof.replace(str(made.id), str(uuid4()))):
        with pytest.raises(Conflict) as refused:
            actions.known_tablet(actor=office.clerk, desk_id=desk, proof=wrong)
        assert refused.value.code == "cashless.tablet_unknown"
    with pytest.raises(Conflict):
        actions.known_tablet(actor=office.clerk, desk_id=office.desks["A-2"], proof=proof)


def test_sales_of_an_unknown_or_revoked_tablet_are_refused_and_say_so(office: Office) -> None:
    assert office.clerk.account_id
    assert office.chief.account_id
    opened(office)
    desk, proof = office.desks["A-1"], paired(office)
    client, chief = (browser(one, second_factor=True) for one in (office.clerk.account_id, office.chief.account_id))
    with unit(office.clerk):
        list_id, _fees = queries.fee_at(desk, clock.today())
    there, key = reverse("front_cashless:tablet_send", args=[desk]), uuid4()
    sale = {
        "key": str(key), "at": clock.now().isoformat(), "list": str(list_id), "counts": {"JUMIN": 1}, "way": "cash",
        "tendered": 300, "slip_no": "", "total": 300,
    }  # fmt: skip

    def send(proof: str, **more: str) -> tuple[int, str]:
        body = {**sale, **more}
        answer = client.post(there, body, content_type="application/json", headers={"X-Jichi-Tablet": proof})
        return answer.status_code, answer.json().get("code", "")

    assert send("") == send(f"{uuid4()}.x") == (409, "cashless.tablet_unknown")
    assert send(proof) == send(proof) == (200, "")
    with unit(SYSTEM):
        assert [str(one) for one in Sale.objects.values_list("tablet_id", flat=True)] == [proof.partition(".")[0]]
    page = reverse("front_cashless:tablets", args=[desk])
    assert client.get(page).status_code == 404
    made = chief.post(page, {"act": "register", "name": "右の端末"}).content.decode()
    assert "登録の番号を出しました" in made
    assert chief.post(page, {"act": "revoke", "tablet": proof.partition(".")[0]}).status_code == 302
    assert send(proof, key=str(uuid4())) == (409, "cashless.tablet_revoked")
    with unit(SYSTEM):
        assert Sale.objects.count() == 1
    pair = client.post(
        reverse("front_cashless:tablet_pair", args=[desk]), {"code": "1"}, content_type="application/json"
    )
    assert (pair.status_code, "期限" in pair.json()["text"]) == (409, True)
    with pytest.raises(DatabaseError), unit(SYSTEM), transaction.atomic():
        Tablet.objects.update(revoked_at=None)


def _paper(office: Office, sale: UUID, **given: str) -> str:
    """The words of a receipt that the clerk prints, without blanks."""
    assert office.clerk.account_id
    client = browser(office.clerk.account_id, second_factor=True)
    pdf = client.post(reverse("front_cashless:receipt", args=[sale]), given).content
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


@pytest.mark.parametrize(
    ("language", "words", "item"),
    [
        ("en", ("Receipt", "Taxedat10%", "ofitconsumptiontax50yen", "Nottaxed", "Cash", "Change"), "Mapoftheward"),
        ("zh-hans", ("收据", "适用10%税率", "其中消费税50日元"), "区地图"),
        ("ko", ("영수증", "10%과세", "그중소비세50엔"), "구지도"),
        ("xx", (), ""),
    ],
)
def test_a_receipt_says_it_in_another_language_beside_the_japanese(
    office: Office, language: str, words: tuple[str, ...], item: str
) -> None:
    head = "窓口番号,項目番号,項目,単価,税区分,英語,中国語,韓国語"
    fees = f"{head}\nA-1,CHIZU,区の地図,550,標準税率,Map of the ward,区地图,구 지도\n"
    fees += "A-1,JUMIN,住民票の写し,300,非課税,,,\n"
    with pytest.raises(actions.WrongFile):
        actions.load_fees(actor=SYSTEM, data=f"{head}\nA-1,X,x,1,非課税,{'x' * 101},,\n".encode(), valid_from=TOMORROW)
    actions.load_fees(actor=SYSTEM, data=fees.encode(), valid_from=TOMORROW)
    with clock.standing_at(clock.now() + timedelta(days=1)):
        opened(office)
        sale = sold(office, cash(1_000), CHIZU=1, JUMIN=1)
    told = _paper(office, sale, language=language)
    with unit(SYSTEM):
        number = queries.sale(sale)
    assert number is not None
    for kept in (
        "領収書",
        "登録番号",
        "T8000020130001",
        "10%対象",
        "うち消費税50円",
        "区の地図",
        number.number,
        "850円",
    ):
        assert kept in told
    for other in (*words, item):
        assert other in told
    assert ("領収書/" in told) is bool(words)
    assert "再発行" in _paper(office, sale, language=language)
    with unit(SYSTEM):
        assert (
            rules.write_fees({"A-1": queries.fees_of(number.fee_list_id)}).decode("utf-8-sig").split() == fees.split()
        )


def test_pages_of_a_counter(office: Office) -> None:
    assert office.clerk.account_id
    client = browser(office.clerk.account_id, second_factor=True)
    desk = office.desks["A-1"]
    assert client.post(reverse("front_cashless:open", args=[desk]), {"p1000": "10"}).status_code == 302
    page = client.post(reverse("front_cashless:sell", args=[desk]), {"act": "total", "n_JUMIN": "2"}).content.decode()
    assert "600円" in page
    key = uuid4()
    order = {"act": "sell", "n_JUMIN": "2", "total": "600", "key": str(key), "way": "cash", "tendered": "1000"}
    here = reverse("front_cashless:sale", args=[key])
    for _ in range(2):
        assert client.post(reverse("front_cashless:sell", args=[desk]), order).headers["Location"] == here
    assert "400円" in client.get(here).content.decode()
    sent = client.post(
        reverse("front_cashless:tablet_send", args=[desk]), {"key": "x"}, content_type="application/json"
    )
    assert (sent.status_code, sent.json()["code"]) == (422, "cashless.tablet")
    pdf = client.post(reverse("front_cashless:receipt", args=[key]))
    assert pdf.content.startswith(b"%PDF")
    day = _today(office)
    for name, args in (("desks", []), ("desk", [desk]), ("day", [day]), ("usage", []), ("back", [key])):
        assert client.get(reverse(f"front_cashless:{name}", args=args)).status_code == 200
    page = client.post(reverse("front_cashless:close", args=[day]), {"p1000": "10"}).content.decode()
    assert "-600円の差があります" in page
    csv = client.get(reverse("front_cashless:usage_export")).content.decode("utf-8-sig").splitlines()
    assert csv[1].split(",")[1:4] == ["A-1", "1番窓口", "1"]


def _today(office: Office) -> UUID:
    with unit(office.clerk):
        found = queries.open_day_of(office.desks["A-1"])
    assert found is not None
    return found.id
