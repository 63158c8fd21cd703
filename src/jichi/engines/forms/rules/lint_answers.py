"""Mistakes that only show once somebody answers: sums on hidden questions, checks nobody passes, nobody eligible. Pure.

What can't be decided is never told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .conditions import Ref
from .definition import FormDefinition
from .facts import FACTS
from .fields import NUMBERS
from .findings import Found, error, warning
from .life_events import LIFE_EVENTS
from .reach import Goal, can_be, may_hide, never_true
from .source import Path
from .terms import LEVELS, RouteChoice

_PROOFS: Final = ("カード", "免許", "本人確認", "身分", "アカウント")


def answers_problems(definition: FormDefinition) -> Iterator[Found]:
    """Everything found; for definitions whose references are right already."""
    yield from _limits(definition)
    yield from _hidden(definition)
    yield from _checks(definition)
    yield from _nobody(definition)
    yield from _prefills(definition)
    yield from _small(definition)


def _limits(definition: FormDefinition) -> Iterator[Found]:
    """A limit looks back, as a condition does: a later answer would be no limit at all."""
    place = {name: number for number, name in enumerate(definition.fields)}
    for p, page in enumerate(definition.pages):
        for f, field in enumerate(page.fields):
            for item in ("min", "max"):
                limit = getattr(field, item)
                if isinstance(limit, Ref) and limit.field and place.get(limit.field, -1) >= place[field.id]:
                    message = f"「{limit.field}」は、「{field.id}」より後できく質問です。限度になりません。"
                    yield error("later_field", ("pages", p, "fields", f, item), message, "先にきく質問を限度にする")


def _sometimes_empty(definition: FormDefinition, name: str) -> str:
    """How the answer may be missing: "hidden", "empty" or ""."""
    if may_hide(definition, name):
        return "hidden"
    return "" if definition.fields[name].required else "empty"


_HOW: Final = {"hidden": "表示されない人がいます", "empty": "任意の質問です"}


def _hidden(definition: FormDefinition) -> Iterator[Found]:
    """Fee, delivery and route that count on an answer which some never give."""
    schedule, delivery, route = definition.fee_schedule, definition.delivery, definition.route
    for n, item in enumerate(schedule.items if schedule else ()):
        if item.count is None:
            continue
        how = "hidden" if may_hide(definition, item.count, item.when) else ""
        if how or not definition.fields[item.count].required:
            why = _HOW[how or "empty"]
            message = f"手数料「{item.title['ja']}」を数える質問「{item.count}」は、{why}。0円になります。"
            fix = "質問を必須にして全員に見せるか、項目に when を書く"
            yield warning("fee_hidden", ("fee", "items", n, "count"), message, fix)
    if delivery is not None and delivery.field is not None and (how := _sometimes_empty(definition, delivery.field)):
        message = f"受け取り方の質問「{delivery.field}」は、{_HOW[how]}。渡し方が決まりません。"
        yield error("delivery_hidden", ("delivery", "field"), message, "条件を外して、必須にする")
    if isinstance(route, RouteChoice) and (how := _sometimes_empty(definition, route.amount.field)):
        path: Path = ("route", "amount")
        message = f"決裁経路を決める金額「{route.amount.field}」は、{_HOW[how]}。0円として、低い職の決裁になります。"
        made = error if how == "hidden" else warning
        yield made("route_hidden", path, message, "条件を外して、必須にする")


def _checks(definition: FormDefinition) -> Iterator[Found]:
    for n, check in enumerate(definition.cross_checks):
        path: Path = ("cross_checks", n, "when")
        asked = Goal(shown=(check.field,))
        passed = Goal(shown=(check.field,), not_true=(check.when,))
        if can_be(definition, asked) is not False and can_be(definition, passed) is False:
            message = f"確認「{check.id}」は、どう答えても誤りになります。だれも送れません。"
            yield error("check_always", path, message, "誤りのときに成り立つ条件を書く(逆になっていないか)")
        elif never_true(definition, check.when):
            message = f"確認「{check.id}」は、どう答えても働きません。"
            yield warning("check_never", path, message, "条件を直すか、確認を消す")


def _nobody(definition: FormDefinition) -> Iterator[Found]:
    """Rules that nobody can meet, one by one or together."""
    rules = definition.eligibility.rules
    alone = [n for n, rule in enumerate(rules) if never_true(definition, rule.when)]
    for n in alone:
        message = f"資格の規則「{rules[n].id}」には、だれも当てはまりません。だれも申請できません。"
        yield error("nobody_eligible", ("eligibility", "rules", n, "when"), message, "条件を直すか、規則を消す")
    if not alone and len(rules) > 1 and can_be(definition, Goal(true=tuple(rule.when for rule in rules))) is False:
        message = "資格の規則のすべてに当てはまる人はいません。だれも申請できません。"
        yield error("nobody_eligible", ("eligibility", "rules"), message, "たがいに合わない規則を直す")


def _prefills(definition: FormDefinition) -> Iterator[Found]:
    for p, page in enumerate(definition.pages):
        for f, field in enumerate(page.fields):
            if field.prefill is None:
                continue
            kind = FACTS[field.prefill].type
            wanted = {"date": "date"}.get(field.kind, "number" if field.kind in NUMBERS else "")
            if wanted and kind != wanted:
                message = f"質問「{field.id}」に「{field.prefill}」は入りません(種類が違います)。"
                yield error("prefill_kind", ("pages", p, "fields", f, "prefill"), message, "同じ種類の項目にする")


def _small(definition: FormDefinition) -> Iterator[Found]:
    """Words of a list that mean nothing, and what people are not told to have at hand."""
    for n, event in enumerate(definition.life_events):
        if event not in LIFE_EVENTS:
            message = f"「{event}」というライフイベントはありません。"
            fix = f"次から選ぶ: {', '.join(LIFE_EVENTS)}"
            yield warning("unknown_life_event", ("life_events", n), message, fix)
    told = any(word in text["ja"] for text in definition.needs for word in _PROOFS)
    if LEVELS.index(definition.identification) >= LEVELS.index("account") and not told:
        message = "本人確認に使うものが、「用意するもの」にありません。"
        fix = "カードと暗証番号など、手もとに置くものを needs に書く"
        yield warning("needs_proof", ("needs",), message, fix)
    for p, page in enumerate(definition.pages):
        for f, field in enumerate(page.fields):
            if field.max_choices is not None and field.max_choices > len(field.options or ()):
                path = ("pages", p, "fields", f, "max_choices")
                yield warning("max_choices", path, "選択肢の数より多くなっています。", "選択肢の数より小さくする")
