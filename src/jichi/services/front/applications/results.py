"""Result documents (交付文書): the ticket or notice that a decision gives out, as a definition describes it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
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
from jichi.engines.files.documents import qr_matrix, render_pdf
from jichi.engines.forms import queries as forms
from jichi.engines.forms.register import RegisterFacts, register_facts
from jichi.engines.forms.rules import Facts, answer_lines, fact_text, split_moment, summary
from jichi.engines.forms.rules.definition import FormDefinition, ShownItem
from jichi.engines.forms.rules.terms import RouteChoice
from jichi.engines.registry.rules import HIDDEN
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
    "document_number": {
        "ja": "文書番号",
        "easy": "文書の番号",
        "en": "Document number",
        "zh-hans": "文书编号",
        "ko": "문서 번호",
    },
    "date": {"ja": "決定日", "easy": "決めた日", "en": "Date of decision", "zh-hans": "决定日期", "ko": "결정일"},
    "name": {"ja": "氏名", "easy": "名前", "en": "Name", "zh-hans": "姓名", "ko": "성명"},
    "procedure": {"ja": "手続", "easy": "手続き", "en": "Procedure", "zh-hans": "手续", "ko": "절차"},
    "reason": {"ja": "理由", "easy": "理由", "en": "Reason", "zh-hans": "理由", "ko": "이유"},
    "rule": {"ja": "根拠", "easy": "きまり", "en": "Rule", "zh-hans": "依据", "ko": "근거"},
    "remedy": {
        "ja": "不服があるとき",
        "easy": "「おかしい」と思うとき",
        "en": "If you disagree",
        "zh-hans": "如有异议",
        "ko": "이의가 있을 때",
    },
    "valid_until": {"ja": "有効期限", "easy": "使える日", "en": "Valid until", "zh-hans": "有效期至", "ko": "유효기한"},
    "check": {
        "ja": "この文書が本物か、二次元コードか次の番号で確かめられます。",
        "easy": "この紙が本物か、この番号でわかります。",
        "en": "Check that this document is genuine with the code or this number.",
        "zh-hans": "可通过二维码或以下编号核验本文件的真伪。",
        "ko": "2차원 코드나 다음 번호로 이 문서의 진위를 확인할 수 있습니다.",
    },
}


def _both(text: LocalizedText, language: str) -> str:
    """The Japanese, which is binding, with the reader's language beside it."""
    other = pick(text, language)
    return text["ja"] if other.language in {"ja", "easy"} else f"{text['ja']} / {other.text}"


def issue_result(case: case_queries.CaseRecord, definition: FormDefinition) -> None:
    """Make and attach the document of a decided case, in the deciding transaction."""
    decision = case.decision
    if decision is None or (decision.outcome == "approved" and definition.result.kind in {"none", "paper"}):
        return
    approved = decision.outcome == "approved"
    title = definition.result.title or definition.title if approved else _REFUSED
    code = new_verification_code(secrets.token_bytes(20))
    rows = _ticket_rows(case, definition) if approved else _refusal_rows(case, definition)
    sealed = _seal(definition, decision.seal)
    valid_until = split_moment(definition.result.valid_until)[0] if approved and definition.result.valid_until else None
    pdf = render_pdf(
        template=TEMPLATES / "result.typ", title=f"{title['ja']} {format_number(case.number)}", language="ja",
        data=_printed(
            case, definition if approved else None, title=title, rows=rows, code=code, until=valid_until, seal=sealed
        ),
        author=settings.JICHI_WARD, made_at=decision.decided_at,
    )  # fmt: skip
    actor = current_actor()
    stored = files.store_bytes(
        actor=actor, data=pdf, filename=f"{case.number}.pdf", media_type="application/pdf", purpose="cases.document"
    )
    cases.attach_document(
        actor=actor, case_id=case.id, kind="result" if approved else "refusal", title=title, file_id=stored.pk,
        verification_code=code, valid_until=valid_until,
        facts={"rows": [[dict(label_), value] for label_, value in rows]},
    )  # fmt: skip


def _printed(
    case: case_queries.CaseRecord,
    granted: FormDefinition | None,
    *,
    title: LocalizedText,
    rows: list[tuple[LocalizedText, str]],
    code: str,
    until: date | None,
    seal: str,
) -> dict[str, Any]:
    """What the template sets; lead and notes stand on what was granted only."""
    language, result = case.language, granted.result if granted else None
    division = accounts.divisions([case.division_id])[0]
    return {
        "ward": settings.JICHI_WARD, "number": format_number(case.number), "title": _both(title, language),
        "language": language, "lead": _both(result.lead, language) if result and result.lead else "",
        "rows": [[_both(label_, language), value] for label_, value in rows],
        "notes": [_both(note, language) for note in result.notes] if result else [],
        "division": division.names["ja"], "phone": division.phone,
        "code": _grouped(code), "check": _both(_ITEMS["check"], language), "matrix": qr_matrix(verification_url(code)),
        "valid_until": format_date(until, "ja", "long") if until else "",
        "seal": seal,
        "valid_label": _both(_ITEMS["valid_until"], language),
    }  # fmt: skip


def _seal(definition: FormDefinition, decided: str) -> str:
    """Who decided, and that there is no seal: granted or refused, where the procedure says so and nobody sealed it."""
    omitted = definition.result.seal == "omitted" and decided == "omitted"
    return f"{settings.JICHI_WARD}長 (公印省略)" if omitted else ""


def verification_url(code: str) -> str:
    """The public address that checks a document."""
    return f"{settings.JICHI_ORIGIN}/verify/{code}/"


def _grouped(code: str) -> str:
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def _ticket_rows(case: case_queries.CaseRecord, definition: FormDefinition) -> list[tuple[LocalizedText, str]]:
    sent = forms.submission(case.submission_id)
    answers, facts = _as_granted(case, definition, sent.answers), _facts(case, sent)
    formal = definition.result.seal != "none"
    told: list[tuple[LocalizedText, str]] = [
        (item.label, _shown(item, definition, answers, facts, case.language))
        for item in definition.result.shows
        if not _is_withheld(item.fact or "", case, facts)
    ]
    if formal and case.decision is not None:  # 公印を省いても、番号、日付、教示は文書に載せる
        day = case.decision.decided_at.astimezone(clock.TOKYO).date()
        told = [
            (_ITEMS["document_number"], case.decision.document_number),
            (_ITEMS["date"], format_date(day, "ja", "long")),
            *told, (_ITEMS["remedy"], _both(case.decision.appeal, case.language)),
        ]  # fmt: skip
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


def _shown(item: ShownItem, definition: FormDefinition, answers: Mapping[str, Any], facts: Facts, language: str) -> str:
    if item.text is not None:
        return _both(item.text, language)
    if item.fact is not None:
        value = facts.get(item.fact)
        text = fact_text(item.fact, value, "ja") if value is not None else ""
        return "" if text == HIDDEN else text
    field = definition.fields[item.field or ""]
    return "、".join(answer_lines(field, answers.get(field.id), "ja"))


def _refusal_rows(case: case_queries.CaseRecord, definition: FormDefinition) -> list[tuple[LocalizedText, str]]:
    decision = case.decision
    if decision is None:
        return []
    rows = [
        (_ITEMS["document_number"], decision.document_number),
        (_ITEMS["date"], format_date(decision.decided_at.astimezone(clock.TOKYO).date(), "ja", "long")),
        (_ITEMS["procedure"], definition.title["ja"]),
        (_ITEMS["name"], case.name),
        (_ITEMS["reason"], decision.reason),
    ]
    if decision.rule:
        rows.append((_ITEMS["rule"], decision.rule))
    rows.append((_ITEMS["remedy"], _both(decision.appeal, case.language)))
    return rows


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
