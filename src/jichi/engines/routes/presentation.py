"""Words of routes for officials: acts, states, posts with the names of who holds them, conditions of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from jichi.design.catalogue import message
from jichi.design.parts import Event
from jichi.design.render_parts import moment_text
from jichi.kernel.calendar import format_date

from .rules import (
    FLAGS,
    RANKS,
    STEP_WORDS,
    TO_DRAFTER,
    Act,
    Condition,
    Mark,
    Office,
    Refusal,
    RouteState,
    Seat,
    actors,
    is_excluded,
    unmanned,
)

STATUS: Final[Mapping[str, tuple[str, str]]] = {
    "running": ("staff.awaiting_decision", "回議中"), "returned": ("staff.sent_back", "起案者のところ"),
    "approved": ("staff.decided", "決裁済"), "refused": ("not_approved", "否決"),
    "withdrawn": ("staff.withdrawn", "廃案"),
}  # fmt: skip
"""State → status key of the house and its word here."""
DID: Final[Mapping[str, str]] = {
    "submit": "回議に出しました", "approve": "承認しました", "agree": "合議に同意しました",
    "agree_comment": "合議に意見を付けて同意しました", "disagree": "合議に同意しませんでした", "decide": "決裁しました",
    "refuse": "否決しました", "send_back": "差し戻しました", "pull_back": "引き戻しました", "pull_up": "引き上げました",
    "insert": "合議を追加しました", "content": "内容を変えました", "read": "供覧を読みました",
    "read_afterwards": "後閲しました", "withdraw": "廃案にしました", "ask": "照会しました",
    "answer": "照会に回答しました",
}  # fmt: skip
RESULT: Final[Mapping[str, str]] = {
    "approve": "承認", "agree": "同意", "agree_comment": "意見を付けて同意", "disagree": "不同意", "decide": "決裁",
    "refuse": "否決", "skipped": "引上げにより省略", "passed": "起案者の職(またはその下)",
}  # fmt: skip


def seat_word(seat: Seat, state: RouteState, office: Office) -> str:
    """課長; for a post of another division 戸籍住民課 課長."""
    if seat.division in ("", state.division, "*"):
        return seat.word
    return f"{office.divisions.get(seat.division, seat.division)} {seat.word}"


def people_of(seat: Seat, office: Office) -> str:
    """Names of who holds a post today, with who is away; 空席 for nobody."""
    return "、".join(_person(person, office) for person in office.of(seat)) or "空席"


def _person(person: UUID, office: Office) -> str:
    away = office.away.get(person)
    return office.names.get(person, "") + (f"(不在 {format_date(away.until)}まで)" if away else "")


def mark_word(mark: Mark) -> str:
    """承認 鈴木 聡 2026年4月1日(水) 10時12分, with 代決 and both names."""
    who = mark.by_name
    if mark.how == "deputy":
        who = f"{who}(代決。{mark.on_behalf_name}の代わり)" if mark.on_behalf_name else f"{who}(空席のため代決)"
    elif mark.how == "above":
        who = f"{who}(上の職として)"
    return f"{RESULT[mark.kind]} {who} {moment_text(mark.at)}"


def did(act: Act, state: RouteState, office: Office) -> str:
    """What the act was, in a sentence of the history."""
    words = DID[act.kind]
    if act.kind == "content" and act.minor:
        words = "軽微な修正をしました"
    if act.kind == "send_back":
        words = f"{target_word(act.to, state, office)}に差し戻しました"
    if act.kind == "ask":
        words = f"{act.asked_name}に照会しました"
    if act.how == "deputy":
        words = f"{words}(代決{'、' + act.on_behalf_name + 'の代わり' if act.on_behalf_name else ''})"
    if act.how == "above" and act.seat is not None:
        words = f"{words}({act.seat.word}に代わり、上の職として)"
    return words


def target_word(to: str, state: RouteState, office: Office) -> str:
    """起案者, or 回議 係長."""
    if to == TO_DRAFTER:
        return "起案者"
    step = state.step(to)
    if step is None:
        return to
    return f"{step.step.word} {'・'.join(seat_word(seat, state, office) for seat in step.step.seats)}"


def history(acts: tuple[Act, ...], state: RouteState, office: Office) -> list[Event]:
    """The acts for the timeline component, newest first."""
    return [
        Event(at=act.at, what=did(act, state, office), who=act.by_name or "システム", detail=act.reason)
        for act in reversed(acts)
    ]


def next_words(state: RouteState, office: Office) -> str:
    """Who is next, in a sentence."""
    if state.status == "returned":
        return "起案者が直して、もう一度回議に出します。"
    current = state.current
    if current is None:
        return {
            "approved": "決裁されました。", "refused": "否決されました。", "withdrawn": "廃案になりました。",
        }.get(state.status, "")  # fmt: skip
    if current.is_stopped:
        return "合議の不同意で止まっています。内容を直すか、回答が変わると進みます。"
    deciding = current.step.kind == "decision"
    seats = "、".join(_waiting(seat, state, office, deciding=deciding) for seat in current.waiting)
    return f"次は{STEP_WORDS[current.step.kind]}です: {seats}"


def _waiting(seat: Seat, state: RouteState, office: Office, *, deciding: bool) -> str:
    """係長 鈴木 聡; of an absent holder or a vacant post also who stands in."""
    standins = [one for one in actors(state, seat, office, deciding=deciding) if one.how != "holder"]
    words = f"{seat_word(seat, state, office)} {people_of(seat, office)}"
    if not standins:
        return words
    names = "・".join(office.names.get(one.person, "") for one in standins)
    return f"{words}。{'代決する人' if standins[0].how == 'deputy' else '上の職として処理する人'}は{names}"


def vacancy_words(state: RouteState, office: Office) -> tuple[str, ...]:
    """J9: 「係長が空席です。経路を選び直すか、管理者に連絡してください。」 where no rule helps."""
    return tuple(message("route.vacant", "ja", seat=seat_word(seat, state, office)) for seat in unmanned(state, office))


def refusal_words(why: Refusal) -> str:
    """Why not, in Japanese."""
    return message(why.code, "ja", **why.params)


def condition_words(conditions: tuple[Condition, ...]) -> str:
    """「amount が300,000を超え1,000,000以下」; そのほか for no condition."""
    return "、かつ".join(_one(condition) for condition in conditions) or "そのほか"


FACTS: Final = {"amount": "金額", "matter": "事案", **FLAGS}


def fact_words(facts: Mapping[str, int | str]) -> list[tuple[str, str]]:
    """What the route was opened on, for a list: 金額 900,000円, 重要 はい."""
    found = []
    for name, value in facts.items():
        if name == "amount" and isinstance(value, int):
            found.append((FACTS[name], f"{value:,}円"))
        elif name in FLAGS:
            found += [(FACTS[name], "はい")] if value else []
        else:
            found.append((FACTS.get(name, name), str(value)))
    return found


def mark_notes(state: RouteState, office: Office) -> tuple[str, ...]:
    """What the drafter marked the matter as, and what follows: who decides instead of whom, that no deputy may."""
    marked = [word for flag, word in FLAGS.items() if state.facts.get(flag)]
    if not marked:
        return ()
    follows = []
    row, lift = state.spec.authority(state.facts), state.spec.lift(state.facts)
    if row is not None and lift is not None:
        seat = row.seat.within(state.division)
        decider = seat_word(state.decider, state, office)
        follows.append(f"{seat_word(seat, state, office)}の専決ではなく、{decider}が決裁します。")
    if is_excluded(state):
        follows.append("代決できません。")
    return (f"起案者の判断: {'・'.join(marked)}。{''.join(follows)}",)


def _one(condition: Condition) -> str:
    name = FACTS.get(condition.fact, condition.fact)
    unit = "円" if condition.fact == "amount" else ""
    parts = []
    if condition.one_of:
        parts.append(f"{'・'.join(condition.one_of)}のどれか")
    if condition.over is not None:
        parts.append(f"{condition.over:,}{unit}を超える")
    if condition.up_to is not None:
        parts.append(f"{condition.up_to:,}{unit}以下")
    return f"{name}が{'、'.join(parts)}" if parts else name


def rank_word(rank: str) -> str:
    """係長 for "chief"."""
    return RANKS[rank]


def excluded_word(condition: Condition) -> str:
    """重要なもの, for a fact that is a flag; else the condition."""
    if condition.over == 0 and condition.fact in FLAGS:
        return f"{FACTS[condition.fact]}なもの" if condition.fact != "disputed" else "疑義のあるもの"
    return _one(condition)
