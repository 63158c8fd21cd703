"""The official's half of a test run: the case, its way to a decision, and the document, for answers that were tried.

Nothing is opened, decided or made: the words come from the definition and from the posts of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings

from jichi.design.parts import Fact
from jichi.engines.forms.rules import (
    Facts,
    FormDefinition,
    answer_lines,
    delivery_way,
    due_after,
    fact_text,
    route_facts,
    route_id,
    run_checks,
    split_moment,
    summary,
)
from jichi.engines.forms.rules.definition import Outcome, ShownItem
from jichi.engines.routes import queries as routes
from jichi.engines.routes.rules import FLAGS
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import NotFound

from .. import rules

WAYS = {"pdf": "マイページのPDF", "post": "郵送", "counter": "窓口"}


def official_half(
    definition: FormDefinition, *, answers: Mapping[str, Any], facts: Facts, today: date, division_id: int,
    official: UUID,
) -> dict[str, Any]:  # fmt: skip
    """What officials would see of these answers, for the last page of a run; a few statements for the route.

    Args:
        official: who tries it; taken for the drafter.
    """
    sections = summary(definition, answers, facts, today, "ja")
    checks = run_checks(definition, answers, facts, today)
    corrections = [(definition.fields[one.field].name["ja"], one.text["ja"]) for one in definition.corrections]
    return {
        "answers": [Fact(label=r.label, value=list(r.lines) or "—", name=True) for one in sections for r in one.rows],
        "checks": [(one.title["ja"], "よい" if one.outcome == "ok" else "要確認", one.reason["ja"]) for one in checks],
        "corrections": corrections, "correction_days": definition.decision.correction_days,
        "decisions": [_decision(one) for one in (definition.decision.accept, definition.decision.refuse)],
        "way": _way(definition, answers, division_id, official), "document": _document(definition, answers, facts),
        "handed": WAYS.get(delivery_way(definition, answers), ""),
        "due": [(one.title["ja"], format_date(one.due_on, "ja", "short"))
                for one in due_after(definition, sent_on=today, decided_on=today)],
    }  # fmt: skip


def _decision(outcome: Outcome) -> tuple[str, str, list[str]]:
    return outcome.label["ja"], outcome.text["ja"], [one.text["ja"] for one in outcome.reasons]


def _way(definition: FormDefinition, answers: Mapping[str, Any], division_id: int, official: UUID) -> dict[str, Any]:
    """The route of these answers with who holds its posts today; "" as title where one official decides."""
    name = route_id(definition, answers)
    if name is None:
        return {"title": "", "lines": [], "notes": (), "missing": ""}
    try:
        spec = routes.spec(name)
    except NotFound:
        return {"title": "", "lines": [], "notes": (), "missing": name}
    given = {**route_facts(definition, answers), "matter": definition.id, **dict.fromkeys(FLAGS, 0)}
    seen = routes.preview(spec=spec, facts=given, division_id=division_id, drafter_id=official)
    return {"title": seen.title, "lines": list(seen.lines), "notes": seen.notes, "basis": seen.basis, "missing": ""}


def _document(definition: FormDefinition, answers: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """The result document in its order; {} where none is made."""
    result = definition.result
    if result.kind in {"none", "paper"}:
        return {}
    formal = result.seal != "none"
    rows = [(one.label["ja"], _shown(one, definition, answers, facts)) for one in result.shows]
    if formal:
        rows = [("文書番号", "(決定のときに付く番号)"), ("決定日", "(決定の日)"), *rows]
        rows.append(("不服があるとき", definition.decision.review_notice.text["ja"]))
    until = split_moment(result.valid_until)[0] if result.valid_until else None
    return {
        "kind": rules.word(result.kind, "result.kind"), "title": (result.title or definition.title)["ja"],
        "lead": result.lead["ja"] if result.lead else "",
        "rows": [Fact(label=label, value=value, name=True) for label, value in rows if value],
        "notes": [one["ja"] for one in result.notes], "until": format_date(until, "ja", "long") if until else "",
        "seal": f"{settings.JICHI_WARD}長 (公印省略)" if formal else "", "verifiable": result.verifiable,
    }  # fmt: skip


def _shown(item: ShownItem, definition: FormDefinition, answers: Mapping[str, Any], facts: Facts) -> str:
    if item.text is not None:
        return item.text["ja"]
    if item.fact is not None:
        value = facts.get(item.fact)
        return fact_text(item.fact, value, "ja") if value is not None else ""
    field = definition.fields[item.field or ""]
    return "、".join(answer_lines(field, answers.get(field.id), "ja"))
