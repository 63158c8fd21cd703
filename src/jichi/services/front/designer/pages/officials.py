"""The official's half of a test run: the case, its way to a decision, and the document, for answers that were tried.

Nothing is opened, decided or kept: the words come from the definition and from the posts of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from jichi.design.parts import Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.forms.papers import SPECIMEN, ResultPaper, result_pdf, shown_rows, with_formalities
from jichi.engines.forms.rules import (
    Facts,
    FormDefinition,
    delivery_way,
    due_after,
    route_facts,
    route_id,
    run_checks,
    split_moment,
    summary,
)
from jichi.engines.forms.rules.definition import Outcome
from jichi.engines.routes import queries as routes
from jichi.engines.routes.rules import FLAGS
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import NotFound

from .. import rules

NUMBER_TO_COME: Final = "(決定のときに付く番号)"
NO_CODE: Final = "0" * 16
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
    rows = [(label["ja"], text) for label, text in shown_rows(definition, answers, facts, "ja")]
    if formal:
        rows = [("文書番号", NUMBER_TO_COME), ("決定日", "(決定の日)"), *rows]
        rows.append(("不服があるとき", definition.decision.review_notice.text["ja"]))
    until = split_moment(result.valid_until)[0] if result.valid_until else None
    return {
        "kind": rules.word(result.kind, "result.kind"), "title": (result.title or definition.title)["ja"],
        "lead": result.lead["ja"] if result.lead else "",
        "rows": [Fact(label=label, value=value, name=True) for label, value in rows if value],
        "notes": [one["ja"] for one in result.notes], "until": format_date(until, "ja", "long") if until else "",
        "seal": _sealed_by() if formal else "", "verifiable": result.verifiable,
    }  # fmt: skip


def specimen(
    definition: FormDefinition, *, answers: Mapping[str, Any], facts: Facts, language: str, today: date,
    division_id: int,
) -> bytes:  # fmt: skip
    """The result document of these answers as a PDF with 見本 across it, set in memory; no number is taken.

    Raises:
        NotFound: the procedure ends in no document of ours.
    """
    result = definition.result
    if result.kind in {"none", "paper"}:
        raise NotFound
    rows = shown_rows(definition, answers, facts, language)
    if result.seal != "none":
        rows = with_formalities(
            rows, number=NUMBER_TO_COME, decided_on=format_date(today, "ja", "long"), language=language,
            appeal=definition.decision.review_notice.text,
        )  # fmt: skip
    division = accounts.divisions([division_id])[0]
    paper = ResultPaper(
        number=SPECIMEN, title=result.title or definition.title, language=language, granted=definition,
        rows=[(label, text) for label, text in rows if text], seal=_sealed_by() if result.seal != "none" else "",
        division=(division.names["ja"], division.phone), code=NO_CODE, check_url=f"{settings.JICHI_ORIGIN}/verify/",
        specimen=True,
    )  # fmt: skip
    return result_pdf(paper, made_at=datetime.combine(today, time(), tzinfo=UTC))


def _sealed_by() -> str:
    return f"{settings.JICHI_WARD}長 (公印省略)"
