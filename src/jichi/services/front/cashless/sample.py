"""This room of the sample ward: five counters, a month of sales, an open day, a difference, a firm's file. Invented."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock
from jichi.kernel.business_days import is_closed
from jichi.kernel.sampling import SampleContext

from . import actions, queries, rules

SYSTEM: Final = system_actor("sample", purpose="sample")
DAYS: Final = 30
WEEK: Final = timedelta(days=7)
"""Every other counter has only a week behind it: a sample ward is made often."""
DESKS: Final = """窓口番号,窓口名,課,登録番号,2人で確かめる額
KOSEKI-1,1番窓口(証明),residents,,1000
KODOMO-1,学童クラブの窓口,youth,,1000
KODOMO-2,育成相談の窓口,youth,,1000
HOKEN-1,犬の登録の窓口,health,,1000
CHIIKI-1,地域の窓口,community,T8000020130001,1000
"""
FEES: Final = """窓口番号,項目番号,項目,単価,税区分,英語,中国語,韓国語
KOSEKI-1,JUMIN,住民票の写し,300,非課税,Copy of resident record,居民票副本,주민표 사본
KOSEKI-1,INKAN,印鑑登録証明書,300,非課税,Seal registration certificate,印章登记证明,인감등록증명서
KOSEKI-1,KOSEKI,戸籍全部事項証明書,450,非課税,Family register certificate,户籍证明,호적 증명서
KODOMO-1,IKU,学童クラブ延長利用料(1回),200,非課税,,,
KODOMO-1,KIKI,育成記録の写し,100,非課税,,,
KODOMO-2,KIKI,育成記録の写し,100,非課税,,,
HOKEN-1,INU,犬の登録,3000,非課税,,,
HOKEN-1,CHUSHA,狂犬病予防注射済票の交付,550,非課税,,,
CHIIKI-1,CHIZU,区の地図,500,標準税率,Map of the ward,区地图,구 지도
CHIIKI-1,MIZU,保存水(6本),660,軽減税率,Drinking water (6 bottles),储备饮用水(6瓶),비축용 물(6병)
CHIIKI-1,SHITSU,集会室の利用料(1時間),400,標準税率,Meeting room (1 hour),会议室(1小时),집회실(1시간)
"""
DAYS_OF_A_SLIP: Final = 4
UNOPENED: Final = "KODOMO-2"
"""A counter where somebody can count a float."""
FIRM: Final = "midori-pay"
BRANDS: Final = {"VISA": "card", "Suica": "emoney", "PayPay": "code"}
TERMS: Final = {"brands": BRANDS, "names": {"VISA": ["ビザ"], "Suica": ["交通系"]}, "payers": ["ミドリペイメント"]}
_WAYS: Final = ("cash", "cash", "cash", "VISA", "Suica", "PayPay")


def fill(context: SampleContext) -> None:
    """A month at each counter; what is there already stays."""
    if queries.desk_codes():
        return
    first = context.today - timedelta(days=DAYS)
    known = {one.code for one in accounts.divisions()}
    lines = [line for line in DESKS.splitlines() if line.startswith("窓口") or line.split(",")[2] in known]
    codes = {line.split(",")[0] for line in lines}
    fees = "\n".join(line for line in FEES.splitlines() if line.split(",")[0] in codes)
    if len(lines) < 2:
        return
    actions.load_desks(actor=SYSTEM, data="\n".join(lines).encode())
    actions.load_fees(actor=SYSTEM, data=fees.encode(), valid_from=first)
    firm = "treasury" if "treasury" in known else lines[1].split(",")[2]
    actions.set_firm(actor=SYSTEM, code=FIRM, title="みどりペイメント(見本)", division=firm, terms=TERMS)
    rng = context.rng_for("cashless")
    with unit(SYSTEM):
        desks = queries.desks()
    actions.register_tablet(actor=SYSTEM, desk_id=desks[0].id, name="見本の端末")
    with unit(SYSTEM):
        for n, desk in enumerate(one for one in desks if one.code != UNOPENED):
            _month(rng, desk.id, desk.code, max(first, context.today - WEEK) if n % 2 else first, context.today)
        _settle(first, context.today)


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=clock.TOKYO)


def _month(rng: Random, desk: UUID, code: str, first: date, today: date) -> None:
    day, last = first, today - timedelta(days=1)
    brought: list[UUID] = []
    while is_closed(last):
        last -= timedelta(days=1)
    while day < today:
        if not is_closed(day):
            with clock.standing_at(_at(day, 8, 45)):
                id = actions.open_day(actor=SYSTEM, desk_id=desk, pieces={1_000: "20", 500: "10", 100: "50", 10: "50"})
            _sales(rng, desk, day, rng.randrange(2, 5))
            _close(id, day, off=-100 if code.startswith("KODOMO") and day == last else 0)
            brought.append(id)
            if len(brought) == DAYS_OF_A_SLIP and day < last - timedelta(days=3):
                _hand_over(brought, day)
                brought = []
        day += timedelta(days=1)
    with clock.standing_at(_at(today, 0, 5)):
        id = actions.open_day(actor=SYSTEM, desk_id=desk, pieces={1_000: "20", 500: "10", 100: "50", 10: "50"})
    _sales(rng, desk, today, 3, hour=0)
    if code.startswith("HOKEN"):
        _close(id, today, off=-5_000, hour=0)


def _hand_over(days: list[UUID], day: date) -> None:
    """The cash of some days with one slip, in the evening of the last."""
    with unit(SYSTEM):
        yen = sum(one.yen for one in queries.waiting_cash() if one.day_id in days)
    with clock.standing_at(_at(day, 17, 40)):
        actions.hand_over(actor=SYSTEM, day_ids=days, counted_yen=yen)


def _sales(rng: Random, desk: UUID, day: date, count: int, hour: int = 9) -> None:
    with unit(SYSTEM):
        _list, fees = queries.fee_at(desk, day)
    for n in range(count):
        fee = rng.choice(fees)
        way, times = rng.choice(_WAYS), rng.randrange(1, 3)
        total = fee.unit_yen * times
        tender = (
            rules.Tender(method="cash", tendered_yen=-(-total // 1_000) * 1_000) if way == "cash"
            else rules.Tender(method=BRANDS[way], brand=way, slip_no=f"{rng.randrange(10**5):05}")
        )  # fmt: skip
        with clock.standing_at(_at(day, hour, 10 + n)):
            sold = actions.sell(
                actor=SYSTEM, desk_id=desk, key=UUID(int=rng.getrandbits(128)), counts={fee.code: times}, tender=tender
            )
            if rng.random() < 0.02:
                actions.give_back(
                    actor=SYSTEM, sale_id=sold, key=UUID(int=rng.getrandbits(128)), counts={0: 1}, reason="取り違え"
                )


def _close(id: UUID, day: date, *, off: int, hour: int = 17) -> None:
    with unit(SYSTEM):
        found = queries.day(id)
        sums = queries.day_sums(id)
    assert found is not None  # noqa: S101 - it was opened a moment ago
    with clock.standing_at(_at(day, hour, 20)):
        actions.close_day(
            actor=SYSTEM, day_id=id, pieces={1: str(found.float_yen + sums.cash + off)},
            reason="つり銭の渡しまちがいと思われる" if off else "",
        )  # fmt: skip


def _settle(first: date, today: date) -> None:
    """Half a month's file of the firm: one line agrees with the counters, one does not."""
    last = first + timedelta(days=14)
    rows = []
    with unit(SYSTEM):
        booked = queries.booked(list(BRANDS), first, last)
    for brand in BRANDS:
        of = [one for one in booked if one.brand == brand]
        gross, count = sum(one.yen for one in of) + (500 if brand == "PayPay" else 0), sum(one.count for one in of)
        fee = gross * 2 // 100
        rows.append(f"{first},{last},{brand},{count},{gross},2.0%,{fee},{fee // 10},{gross - fee - fee // 10},{today}")
    text = "\r\n".join(
        ["対象期間開始,対象期間終了,ブランド,件数,売上金額,手数料率,手数料,消費税,振込金額,振込日", *rows, ""]
    )
    id = actions.read_settlement(actor=SYSTEM, firm=FIRM, filename="seisan.csv", data=text.encode())
    actions.apply_settlement(actor=SYSTEM, id=id)
