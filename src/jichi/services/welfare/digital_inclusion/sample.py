"""Classes of the sample ward: a finished year of 31 sessions with 174 people, and a term under way. All is invented."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.registry import queries as registry
from jichi.engines.surveys import actions as surveys
from jichi.engines.surveys.rules import standard
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year
from jichi.kernel.clock import TOKYO
from jichi.kernel.sampling import SampleContext

from . import actions, queries
from .actions import Application
from .rules import Plan, survey_code, survey_times
from .sample_desks import fill_desks

SYSTEM: Final = system_actor("sample", purpose="sample")
DIVISION: Final = "community"
TEACHER: Final = "tani"
TITLES: Final = {
    "starting": {
        "ja": "はじめてのスマホ教室", "easy": "はじめてのスマホ教室", "en": "Smartphones for beginners",
        "zh-hans": "智能手机入门课程", "ko": "처음 배우는 스마트폰 교실",
    },
    "apps": {
        "ja": "スマホの基本アプリ講座", "easy": "スマホのアプリの教室", "en": "Everyday apps",
        "zh-hans": "常用应用课程", "ko": "기본 앱 강좌",
    },
    "one_point": {
        "ja": "スマホワンポイント教室", "easy": "スマホのみじかい教室", "en": "One topic a day",
        "zh-hans": "智能手机专题课程", "ko": "스마트폰 원포인트 교실",
    },
}  # fmt: skip
TEXT: Final = {
    "ja": "電源の入れ方から、電話、写真、地図まで、講師と補助の人がゆっくり教えます。",
    "easy": "電話、写真、地図の使い方を、ゆっくり教えます。",
    "en": "From switching it on to calls, photos and maps, taught slowly with helpers beside you.",
    "zh-hans": "从开机到打电话、拍照、看地图，由讲师和助手耐心讲解。",
    "ko": "전원 켜기부터 전화, 사진, 지도까지 강사와 도우미가 천천히 알려 드립니다.",
}
BRING: Final = {
    "ja": "スマートフォンと充電器。お持ちでない方には貸します。",
    "easy": "スマートフォン。ない人には貸します。",
    "en": "Your smartphone and its charger. We lend one if you have none.",
    "zh-hans": "智能手机和充电器。没有的人可以借用。",
    "ko": "스마트폰과 충전기. 없는 분께는 빌려 드립니다.",
}
SAID: Final = 8
PLACES: Final = ("みどりいきいきプラザ", "さくらいきいきプラザ", "けやき福祉会館")
LAST_YEAR: Final = ((3, 7, 18),) * 9 + ((4, 4, 12),)
"""Sessions, participants and attendances of each class: 31 sessions, 174 people."""


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), TOKYO)


def _plan(level: str, first: date, times: int, place: str, **more: Any) -> Plan:
    given: dict[str, Any] = {
        "title": TITLES.get(level, {}), "text": TEXT, "bring": BRING, "level": level, "place_name": place,
        "address": "東京都みどり区みどり町2-3-4", "access": "みどり駅から歩いて6分", "teacher": TEACHER, "first": first,
        "starts": time(13, 30), "ends": time(15, 30), "times": times, "capacity": 10,
        "opens_at": _at(first - timedelta(days=40), 9), "closes_at": _at(first - timedelta(days=3), 17),
    }  # fmt: skip
    return Plan(**{**given, **more})


def fill(context: SampleContext) -> None:
    """Classes of last year and of this term. What is there already stays."""
    division = accounts.division(DIVISION)
    if division is None or queries.courses_of_divisions([division.id], limit=1):
        return
    rng, today = context.rng_for("digital_inclusion"), context.today
    found = registry.residents_born_between(date(today.year - 88, 1, 1), date(today.year - 62, 1, 1), limit=300)
    people = [one for one in found if one not in context.played]
    fill_last_year(rng, division.id, today, people)
    _this_term(rng, division.id, today, people)
    _over(rng, division.id, today, [*sorted(context.played), *people[:4]])
    actions.leave_search(actor=SYSTEM)
    fill_desks(context, division.id)


def fill_last_year(rng: random.Random, division_id: int, today: date, people: Sequence[str]) -> None:
    """The classes of the fiscal year before, as `LAST_YEAR` says."""
    begin = date(fiscal_year(today) - 1, 5, 12)
    for number, (times, size, came) in enumerate(LAST_YEAR):
        level = "one_point" if times == 4 else ("starting", "apps")[number % 2]
        plan = _plan(level, begin + timedelta(days=28 * number), times, PLACES[number % 3])
        code = _published(division_id, plan)
        _enter(rng, code, plan, people, size)
        _attend(code, came)


def _published(division_id: int, plan: Plan) -> str:
    if plan.opens_at is None:
        return ""
    with clock.standing_at(plan.opens_at):
        code = actions.create_course(actor=SYSTEM, division_id=division_id, plan=plan)
        actions.publish_course(actor=SYSTEM, code=code)
    return code


def _enter(rng: random.Random, code: str, plan: Plan, people: Sequence[str], size: int) -> None:
    if plan.opens_at is None:
        return
    with clock.standing_at(plan.opens_at + timedelta(days=1)):
        for place, number in enumerate(rng.sample(list(people), min(size, len(people)))):
            actions.enter_course(
                actor=SYSTEM, code=code, addressee_no=number, dedupe_key=f"sample:{code}:{place}",
                channel="telephone" if place % 3 else "web",
                application=Application(name="見本 一郎", phone="03-0000-0001"),
            )  # fmt: skip


def _attend(code: str, most: int) -> None:
    """Everybody came to every session that is over, but for some, until `most` attendances are there."""
    found = queries.course(code)
    if found is None:
        return
    with unit(SYSTEM):
        members = queries.roll(found.id)
    away = len(members) * len(found.sessions) - most
    for session in found.sessions:
        if session.ends_at > clock.now():
            continue
        skipped = {(session.number + n) % len(members) for n in range(away // len(found.sessions))} if members else ()
        with clock.standing_at(session.starts_at):
            actions.mark_attendance(
                actor=SYSTEM, code=code, number=session.number,
                participants=[one.id for n, one in enumerate(members) if n not in skipped],
            )  # fmt: skip


def _this_term(rng: random.Random, division_id: int, today: date, people: Sequence[str]) -> None:
    """One under way, one to enter (with an association), one full with a waiting list, one to draw, a draft."""

    def soon(days: int) -> date:
        return today + timedelta(days=days)

    running = _plan("starting", soon(-14), 4, PLACES[0])
    code = _published(division_id, running)
    _enter(rng, code, running, people, 8)
    _attend(code, 30)
    begins = _plan("apps", today, 2, PLACES[1], opens_at=_at(soon(-30), 9), capacity=6)
    _enter(rng, _published(division_id, begins), begins, people, 3)
    free = _plan("starting", soon(20), 4, PLACES[1], team_places=10, team_most=6, age_least=60)
    code = _published(division_id, free)
    _enter(rng, code, free, people, 4)
    with clock.standing_at(_at(soon(-2), 10)):
        team = Application(name="見本 花子", phone="03-0000-0002", team="みどり町会", size=5)
        found = actions.enter_course(
            actor=SYSTEM, code=code, application=team, dedupe_key=f"sample:{code}:team", channel="telephone"
        )
        if found.entry_id:
            actions.name_participants(actor=SYSTEM, entry_id=found.entry_id, names=["町会 一郎", "町会 和子"])
    full = _plan("one_point", soon(12), 1, PLACES[2], capacity=4, spoken="zh-hans")
    _enter(rng, _published(division_id, full), full, people, 6)
    drawn = _plan(
        "apps", soon(35), 3, PLACES[0], mode="lottery", draw_at=_at(soon(33), 10), text_source="みどり市場指数 終値"
    )
    _enter(rng, _published(division_id, drawn), drawn, people, 5)
    closed = _plan(
        "starting", soon(15), 3, PLACES[2], mode="lottery", capacity=3, opens_at=_at(soon(-30), 9),
        closes_at=_at(soon(-1), 17), draw_at=_at(soon(2), 10), text_source="みどり市場指数 終値",
    )  # fmt: skip
    _enter(rng, _published(division_id, closed), closed, people, 5)
    draft = _plan("further", soon(70), 3, PLACES[0], title={"ja": "スマホで手続と支払い"})
    actions.create_course(actor=SYSTEM, division_id=division_id, plan=draft)


def _over(rng: random.Random, division_id: int, today: date, people: Sequence[str]) -> None:
    """One that ended some days ago; the division asks who came, and some have answered."""
    plan = _plan("one_point", today - timedelta(days=6), 1, PLACES[1])
    code = _published(division_id, plan)
    _enter(rng, code, plan, people, len(people))
    _attend(code, len(people))
    found = queries.course(code)
    if found is None:
        return
    opens_at, closes_at = survey_times([one.ends_at for one in found.sessions])
    name, questions = survey_code(found.id), standard(("satisfied", "clear", "again", "remarks"))
    surveys.set_survey(
        actor=SYSTEM, code=name, division_id=division_id, questions=questions, opens_at=opens_at, closes_at=closes_at
    )
    with clock.standing_at(_at(today - timedelta(days=4), 12)):
        for number in range(SAID):
            said = {one.key: rng.choice(one.options[:2])[0] for one in questions if one.options}
            surveys.reply(actor=SYSTEM, code=name, respondent=f"sample:{number}", answers=said)
