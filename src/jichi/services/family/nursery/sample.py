"""This room of the sample ward: a round that ended and is published, and one that is going on. All invented."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year
from jichi.kernel.errors import NotFound
from jichi.kernel.sampling import SampleContext
from jichi.kernel.tables import write_table

from . import actions, queries
from .models import Child
from .queries.links import link_token
from .rules.answers import NO, YES, Answer
from .rules.certificates import read_certificate
from .rules.entering import NAMELESS, Content, absent, begun, content_mark, new_child
from .rules.intake import ChildIn, FamilyIn, class_on, write_applications

SYSTEM: Final = system_actor("sample", purpose="sample")
FAMILIES: Final = 90
"""Families of each round; a sixth of them apply for two children."""
DESK: Final = "nursery-n01"
"""The organisation of the first nursery, whose head signs in; the others have links."""
_CLERKS: Final = ("sato", "suzuki")
_SURNAMES: Final = ("石井", "原田", "小川", "村上", "遠藤", "青木", "坂本", "西村", "福田", "太田", "三浦", "藤原")
_GIVEN: Final = (
    "陽菜",
    "蓮",
    "結衣",
    "湊",
    "凛",
    "樹",
    "葵",
    "悠真",
    "芽依",
    "律",
    "紬",
    "朝陽",
    "莉子",
    "新",
    "咲良",
    "碧",
)
_NURSERIES: Final = (
    "みどり",
    "けやき",
    "ひばり",
    "あけぼの",
    "かもめ",
    "さくらんぼ",
    "たんぽぽ",
    "にじ",
    "つくし",
    "はと",
)
_SEATS: Final = (3, 3, 1, 1, 1, 1)
"""Seats offered in each class of a nursery, more or less."""


def fill(context: SampleContext) -> None:
    """Two rounds, if the officials who look after them are there. What is there already stays."""
    clerks = [_clerk(login) for login in _CLERKS]
    first, second = clerks
    if queries.rounds() or first is None or second is None:
        return
    division = min(first.divisions)
    draw = context.rng_for("nursery")
    year = fiscal_year(context.today)
    _tables(first, second, division, year)
    actions.load_facilities(actor=first, data=_facilities())
    for place, entry in enumerate((date(year, 4, 1), date(year + 1, 4, 1))):
        name = f"{entry.year}年4月入園 1次"
        made = actions.open_round(
            actor=first,
            division_id=division,
            name=name,
            entry_on=entry,
            wishes_until=entry - timedelta(days=50),
            result_on=entry - timedelta(days=30),
        )
        actions.load_vacancies(actor=first, round_id=made, data=_vacancies(draw))
        families = [*_families(draw, entry, open_=place == 1), *_played(context, entry)]
        actions.load_applications(actor=first, round_id=made, data=write_applications(tuple(families)))
        _confirm(made, first, second, every=place == 0)
        run = actions.start_run(actor=first, round_id=made)
        actions.work_off(actor=SYSTEM, run_id=run)
        if place == 0:
            actions.approve_run(actor=first, run_id=run)
            actions.approve_run(actor=second, run_id=run)
            actions.publish_run(actor=second, run_id=run)
        else:
            _second_run(made, first)
    _monthly(context, first, division, draw)


def _monthly(context: SampleContext, clerk: Actor, division: int, draw: Random) -> None:
    """A round that takes applications online now; the played parent has sent one and goes on writing."""
    ahead = (context.today.replace(day=1) + timedelta(days=63)).replace(day=1)
    until, since = ahead - timedelta(days=20), context.today - timedelta(days=10)
    made = actions.open_round(
        actor=clerk, division_id=division, name=f"{ahead.year}年{ahead.month}月入園", entry_on=ahead,
        wishes_until=until, result_on=ahead - timedelta(days=15),
        opens_at=datetime.combine(since, time(9), clock.TOKYO),
        closes_at=datetime.combine(until, time(17), clock.TOKYO),
    )  # fmt: skip
    actions.load_vacancies(actor=clerk, round_id=made, data=_vacancies(draw))
    last = queries.published()
    if last:
        actions.carry_over(actor=clerk, round_id=made, before_id=last[0].id)
    actions.ask_facilities(actor=clerk, round_id=made, until=clock.now() + timedelta(days=14))
    for number in sorted(context.played):
        account = accounts.account_of_person(number)
        content = _written(number, ahead)
        if account is None or content is None:
            continue
        parent = Actor(kind="resident", account_id=account)
        entry = actions.begin_entry(actor=parent, round_id=made)
        actions.save_entry(actor=parent, entry_id=entry, content=content)
        actions.send_entry(actor=parent, entry_id=entry, expected=content_mark(content))
        _certified(parent, entry)
        content["children"][0]["wishes"].append("N05")
        actions.save_entry(actor=parent, entry_id=entry, content=content)


def _certified(parent: Actor, entry: UUID) -> None:
    """The first guardian's employer has answered; the second was asked."""
    made = actions.ask_certificate(actor=parent, entry_id=entry, place=1)
    posted = {
        "worker": "見本の保護者", "employer": "みどり商店街振興組合", "address": "みどり1丁目1番",
        "writer": "庶務係", "phone": "03-0000-0000", "days": "5", "hours": "40", "term": "open",
    }  # fmt: skip
    content, _ = read_certificate(posted, {}, with_file=False)
    actions.answer_certificate(actor=SYSTEM, token=link_token("certificate", made), content=content)
    with suppress(NotFound):
        actions.ask_certificate(actor=parent, entry_id=entry, place=2)


def _written(number: str, entry: date) -> Content | None:
    """What the played parent answered, for the small children of the household and one who was born since."""
    with unit(SYSTEM):
        people = registry.household_of(number)
    lead = next((one for one in people if one.addressee_no == number), None)
    young = [one for one in people if one.birth_date and class_on(one.birth_date, entry) is not None]
    if lead is None or not young:
        return None
    children = [
        new_child(one.display_name, one.display_kana, one.birth_date, key=f"h{place}", number=one.addressee_no)
        for place, one in enumerate(young) if one.birth_date
    ]  # fmt: skip
    born = entry - timedelta(days=150)
    due = born > clock.today()
    children.append(new_child(f"{lead.family_name} 新", f"{lead.family_kana} アラタ", born, key="n1", due=due))
    for one in children:
        one["answers"] = {"認可外の利用": NO, "児童の障害": NO, "年齢上限の卒園": NO, "転園": NO}
        one["wishes"] = ["N01", "N02"]
    working: dict[str, Answer] = {"理由": "就労", "週の日数": 5, "週の時間": 40, "障害の等級": 0, "入院": NO}
    partner = next((one for one in people if one.addressee_no != number and one not in young), None)
    second = {"name": partner.display_name, "answers": dict(working)} if partner else absent()
    return {
        **begun(), "children": sorted(children, key=lambda one: str(one["birth"])), "alone": partner is None,
        "guardians": [{"name": lead.display_name, "answers": dict(working)}, second], "answers": {"生活保護": NO},
        "condition": "PARTIAL", "solo": "EITHER", "split": "SAME_FIRST",
    }  # fmt: skip


def _second_run(round_id: UUID, clerk: Actor) -> None:
    """Another run of the open round with a class less, so that there are two to compare."""
    actions.set_vacancy(actor=clerk, round_id=round_id, code="N02", class_id="1", seats="0")
    actions.work_off(actor=SYSTEM, run_id=actions.start_run(actor=clerk, round_id=round_id))


def _clerk(login: str) -> Actor | None:
    found = accounts.staff_account_id(login)
    signed_in = accounts.signed_in(account_id=found) if found else None
    actor = signed_in.actor("sample", "sample") if signed_in else None
    return actor if actor and actor.may("family_nursery.edit") else None


def _tables(first: Actor, second: Actor, division: int, year: int) -> None:
    for key, name, since, until in (
        ("forty", "例: 満点40点の指数表", date(year, 4, 1), date(year + 2, 3, 31)),
        ("hundred", "例: 満点100点の指数表(案)", date(year + 1, 4, 1), date(year + 2, 3, 31)),
    ):
        made, _ = actions.make_table(
            actor=first,
            division_id=division,
            name=name,
            valid_from=since,
            valid_until=until,
            is_example=True,
            data=actions.example_table(actor=first, key=key),
            cases=actions.example_cases(actor=first, key=key),
        )
        if key == "forty" and made:
            actions.propose_table(actor=first, id=made)
            actions.approve_table(actor=second, id=made, expected_revision=1)


def _facilities() -> bytes:
    towns = registry.town_shapes()
    rows = []
    for number, name in enumerate(_NURSERIES, 1):
        where = ("", "")
        address = f"みどり{number}丁目{number}番1号"
        if towns:
            _key, town, latitude, longitude, _rings = towns[(number * 7) % len(towns)]
            where, address = (f"{latitude + 0.0007:.5f}", f"{longitude - 0.0006:.5f}"), f"{town}{number}番1号"
        hours = "7:15～18:15" if number % 3 else "7:00～20:00"
        desk = DESK if number == 1 and accounts.division(DESK) else ""
        rows.append((f"N{number:02}", f"{name}保育園", address, hours, *where, desk))
    return write_table(("園番号", "園名", "所在地", "開園時間", "緯度", "経度", "受付の組織"), rows)


def _vacancies(draw: Random) -> bytes:
    rows = []
    for number in range(1, len(_NURSERIES) + 1):
        for group, seats in enumerate(_SEATS if number % 4 else _SEATS[:3]):
            rows.append((f"N{number:02}", str(group), str(max(0, seats + draw.choice((-1, 0, 0, 1))))))
    return write_table(("園番号", "クラス", "空き枠"), rows)


def _guardian(draw: Random) -> dict[str, Answer]:
    reason = draw.choices(("就労", "就学", "疾病", "求職"), (88, 4, 3, 5))[0]
    days, hours = draw.choice(((5, 40), (5, 40), (5, 40), (5, 35), (4, 24)))
    return {"理由": reason, "週の日数": days, "週の時間": hours, "障害の等級": 0, "入院": NO}


def _yes(draw: Random, share: float) -> Answer:
    return YES if draw.random() < share else NO


def _wishes(draw: Random, group: int) -> tuple[str, ...]:
    codes = [f"N{n:02}" for n in range(1, len(_NURSERIES) + 1) if group < 3 or n % 4]
    start = draw.randrange(len(codes))
    near = (codes * 2)[start : start + draw.randint(2, 6)]
    return tuple(dict.fromkeys(near))


def _families(draw: Random, entry: date, *, open_: bool) -> list[FamilyIn]:
    return [_family(draw, entry, number, open_=open_) for number in range(1, FAMILIES + 1)]


def _family(draw: Random, entry: date, number: int, *, open_: bool) -> FamilyIn:
    surname = draw.choice(_SURNAMES)
    births = [
        entry - timedelta(days=draw.choices((200, 500, 900, 1250, 1600), (30, 36, 18, 10, 6))[0] + draw.randrange(90))
    ]
    if number % 6 == 0:
        births.append(births[0] - timedelta(days=draw.randrange(600, 760)))
    alone = draw.random() < 0.08
    children = []
    for seq, born in enumerate(births, 1):
        group = class_on(born, entry)
        if group is not None:
            answers: dict[str, Answer] = {
                "認可外の利用": _yes(draw, 0.15),
                "児童の障害": _yes(draw, 0.02),
                "年齢上限の卒園": NO,
                "転園": NO,
            }
            name = f"{surname} {draw.choice(_GIVEN)}"
            children.append(ChildIn(f"{number:04}-{seq}", name, "", born, group, "", _wishes(draw, group), answers))
    return FamilyIn(
        code=f"A{number:04}",
        guardian_name=f"{surname} {draw.choice(_GIVEN)}",
        addressee_no="",
        condition=draw.choice(("SAME", "TOGETHER", "PARTIAL")),
        solo="EITHER",
        split="",
        sibling_at="",
        missing=("就労証明書",) if open_ and number % 11 == 0 else (),
        guardians=(_guardian(draw), {"理由": "不存在", **_nothing()} if alone else _guardian(draw)),
        answers={
            "ひとり親": YES if alone else NO,
            "生活保護": NO,
            "きょうだい在園": _yes(draw, 0.1),
            "同時申込み": YES if len(births) > 1 else NO,
            "所得階層": draw.randint(1, 30),
        },
        children=tuple(children),
    )


def _nothing() -> dict[str, Answer]:
    return {"週の日数": 0, "週の時間": 0, "障害の等級": 0, "入院": NO}


def _played(context: SampleContext, entry: date) -> list[FamilyIn]:
    """An application of the parents whom visitors of the demo play, for their small children."""
    found: list[FamilyIn] = []
    for number in sorted(context.played):
        with unit(SYSTEM):
            people = registry.household_of(number)
        young = [one for one in people if one.birth_date and class_on(one.birth_date, entry) is not None]
        lead = next((one for one in people if one.addressee_no == number), None)
        if not young or lead is None:
            continue
        draw = context.rng_for(f"nursery:{number}:{entry}")
        full: dict[str, Answer] = {"理由": "就労", "週の日数": 5, "週の時間": 40, "障害の等級": 0, "入院": NO}
        children = []
        for seq, one in enumerate(young, 1):
            group = class_on(one.birth_date, entry) if one.birth_date else None
            if one.birth_date and group is not None:
                answers: dict[str, Answer] = {"認可外の利用": NO, "児童の障害": NO, "年齢上限の卒園": NO, "転園": NO}
                wishes = _wishes(draw, group)
                children.append(
                    ChildIn(f"P-{seq}", one.display_name, one.display_kana, one.birth_date, group, "", wishes, answers)
                )
        due = context.today + timedelta(days=40)
        if class_on(due, entry) is not None and due < entry:
            said: dict[str, Answer] = {"認可外の利用": NO, "児童の障害": NO, "年齢上限の卒園": NO, "転園": NO}
            children.append(ChildIn("P-9", NAMELESS, "", due, 0, "", _wishes(draw, 0), said, unborn=True))
        found.append(
            FamilyIn(
                code=f"P{len(found) + 1:04}", guardian_name=lead.display_name, addressee_no=number,
                condition="PARTIAL", solo="EITHER", split="", sibling_at="", missing=(),
                guardians=(dict(full), dict(full)),
                answers={"ひとり親": NO, "生活保護": NO, "きょうだい在園": NO, "同時申込み": YES, "所得階層": 12},
                children=tuple(children),
            )
        )  # fmt: skip
    return found


def _confirm(round_id: UUID, first: Actor, second: Actor, *, every: bool) -> None:
    """Scores confirmed by both officials; of a round that goes on some families still wait."""
    with unit(SYSTEM):
        children = Child.objects.filter(application__round_id=round_id)
        if not every:
            children = children.exclude(application__code__endswith="7")
        children.update(first_by_id=first.account_id, second_by_id=second.account_id, confirmed_at=clock.now())
