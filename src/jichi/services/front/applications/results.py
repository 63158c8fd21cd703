"""Result documents (交付文書): the ticket or notice that a decision gives out, as a definition describes it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from jichi.design.labels import label
from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import current_actor
from jichi.engines.cases import actions as cases
from jichi.engines.cases import queries as case_queries
from jichi.engines.cases.rules import new_verification_code
from jichi.engines.files import actions as files
from jichi.engines.files.documents import render_pdf
from jichi.engines.forms import queries as forms
from jichi.engines.forms.papers import ResultPaper, Rows, result_pdf, shown_rows, with_formalities
from jichi.engines.forms.register import RegisterFacts, register_facts
from jichi.engines.forms.rules import summary
from jichi.engines.forms.rules.definition import FormDefinition
from jichi.engines.forms.rules.terms import RouteChoice
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.localized import LocalizedText, pick
from jichi.kernel.receipt_number import format_number

TEMPLATES: Final = Path(__file__).parent / "templates" / "front_applications" / "pdf"
_PLACES: Final = frozenset({"address", "postcode", "town_key"})
_REFUSED: Final[LocalizedText] = {
    "ja": "不承認通知書",
    "easy": "「できません」のお知らせ",
    "en": "Notice of refusal",
    "zh-hans": "不予批准通知书",
    "ko": "불승인 통지서",
}
_ITEMS: Final[Mapping[str, LocalizedText]] = {
    "name": {"ja": "氏名", "easy": "名前", "en": "Name", "zh-hans": "姓名", "ko": "성명"},
    "procedure": {"ja": "手続", "easy": "手続き", "en": "Procedure", "zh-hans": "手续", "ko": "절차"},
    "reason": {"ja": "理由", "easy": "理由", "en": "Reason", "zh-hans": "理由", "ko": "이유"},
    "rule": {"ja": "根拠", "easy": "きまり", "en": "Rule", "zh-hans": "依据", "ko": "근거"},
}


def issue_result(case: case_queries.CaseRecord, definition: FormDefinition) -> None:
    """Make and attach the document of a decided case, in the deciding transaction."""
    decision = case.decision
    if decision is None or (decision.outcome == "approved" and definition.result.kind in {"none", "paper"}):
        return
    approved = decision.outcome == "approved"
    title = definition.result.title or definition.title if approved else _REFUSED
    code = new_verification_code(secrets.token_bytes(20))
    rows = _ticket_rows(case, definition) if approved else _refusal_rows(case, definition)
    division = accounts.divisions([case.division_id])[0]
    paper = ResultPaper(
        number=format_number(case.number), title=title, language=case.language, rows=rows, code=code,
        granted=definition if approved else None, seal=_seal(definition, decision.seal),
        division=(division.names["ja"], division.phone), check_url=verification_url(code),
    )  # fmt: skip
    pdf = result_pdf(paper, made_at=decision.decided_at)
    actor = current_actor()
    stored = files.store_bytes(
        actor=actor, data=pdf, filename=f"{case.number}.pdf", media_type="application/pdf", purpose="cases.document"
    )
    cases.attach_document(
        actor=actor, case_id=case.id, kind="result" if approved else "refusal", title=title, file_id=stored.pk,
        verification_code=code, valid_until=paper.valid_until,
        facts={"rows": [[dict(label_), value] for label_, value in rows]},
    )  # fmt: skip


def _seal(definition: FormDefinition, decided: str) -> str:
    """Who decided, and that there is no seal: granted or refused, where the procedure says so and nobody sealed it."""
    omitted = definition.result.seal == "omitted" and decided == "omitted"
    return f"{settings.JICHI_WARD}長 (公印省略)" if omitted else ""


def verification_url(code: str) -> str:
    """The public address that checks a document."""
    return f"{settings.JICHI_ORIGIN}/verify/{code}/"


def _ticket_rows(case: case_queries.CaseRecord, definition: FormDefinition) -> list[tuple[LocalizedText, str]]:
    sent = forms.submission(case.submission_id)
    answers, facts = _as_granted(case, definition, sent.answers), _facts(case, sent)
    told = shown_rows(definition, answers, facts, case.language, lambda fact: _is_withheld(fact, case, facts))
    if definition.result.seal != "none" and case.decision is not None:
        told = _formal(told, case.decision, case.language)
    return [(label_, text) for label_, text in told if text]


def _as_granted(
    case: case_queries.CaseRecord, definition: FormDefinition, answers: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The answers with the amount as it was decided: a notice never says what was only asked for."""
    route, decision = definition.route, case.decision
    if decision is None or decision.granted_yen is None or not isinstance(route, RouteChoice):
        return answers
    return answers if route.amount.column else {**answers, route.amount.field: decision.granted_yen}


def _facts(case: case_queries.CaseRecord, sent: forms.SubmissionView) -> RegisterFacts:
    """What the register says to who reads it now; of a principal whose record is not open, the mandate's name."""
    return register_facts(
        applicant_no=case.applicant_no, subject_no=case.subject_no, today=clock.today(),
        principal_name=sent.principal_name, follows=sent.follows,
    )  # fmt: skip


def _is_withheld(fact: str, case: case_queries.CaseRecord, facts: RegisterFacts) -> bool:
    """Where a protected person lives stands on no paper that goes to somebody else.

    The document is made in the name of who decides, who may see more than the representative who receives it.
    """
    who, _sep, name = fact.partition(".")
    if who != "subject" or name not in _PLACES or case.applicant_no == case.subject_no:
        return False
    person = facts.record("subject")
    return person is not None and person.is_protected


def _refusal_rows(case: case_queries.CaseRecord, definition: FormDefinition) -> list[tuple[LocalizedText, str]]:
    decision = case.decision
    if decision is None:
        return []
    rows = [
        (_ITEMS["procedure"], definition.title["ja"]),
        (_ITEMS["name"], case.name),
        (_ITEMS["reason"], decision.reason),
    ]
    if decision.rule:
        rows.append((_ITEMS["rule"], decision.rule))
    return _formal(rows, decision, case.language)


def _formal(rows: Rows, decision: case_queries.DecisionInfo, language: str) -> Rows:
    day = format_date(decision.decided_at.astimezone(clock.TOKYO).date(), "ja", "long")
    return with_formalities(
        rows, number=decision.document_number, decided_on=day, appeal=decision.appeal, language=language
    )


def copy_of_application(case: case_queries.CaseRecord, language: str) -> bytes:
    """A PDF of what was sent, word for word, made when it is asked for."""
    sent = forms.submission(case.submission_id)
    sections = summary(sent.definition, sent.answers, _facts(case, sent), clock.today(), language)
    return render_pdf(
        template=TEMPLATES / "copy.typ",
        data={
            "ward": settings.JICHI_WARD,
            "number": format_number(case.number),
            "title": pick(sent.definition.title, language).text,
            "language": language,
            "sent_label": label("status.received", language),
            "sent_at": format_date(sent.submitted_at.astimezone(clock.TOKYO).date(), language, "long"),
            "sections": [
                {"title": section.title, "rows": [[row.label, "\n".join(row.lines)] for row in section.rows]}
                for section in sections
            ],
        },
        title=f"{pick(sent.definition.title, language).text} {format_number(case.number)}",
        language=language,
        author=settings.JICHI_WARD,
        made_at=sent.submitted_at,
    )
