"""承認する・不承認にする: reason and 教示, then the consequences in words, then the button (J9)."""

from __future__ import annotations

import re
from typing import Final, Literal

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from jichi.design.fields import FormField, Option, SummaryError, errors_for
from jichi.design.parts import Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts import stash
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.forms import queries as forms
from jichi.engines.forms.rules import FormDefinition
from jichi.engines.forms.rules.definition import Outcome as DefinedOutcome
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid
from jichi.kernel.localized import NATIVE_NAME

from .. import actions, permissions
from ..queries import StepCase, case_for_step
from ..rules import Status
from ..sentences import MESSAGES
from .steps import back_to, conflict_page, crumbs, not_now_page, posted_version

Outcome = Literal["approved", "refused"]
_TITLES: Final = {"approved": "承認する", "refused": "不承認にする"}
_UNFILLED: Final = re.compile(r"\{[^{}\n]{1,40}\}")


@access(audience="staff", permission=permissions.DECIDE, methods=("GET", "POST"))
def approve(request: SignedInRequest, number: str) -> HttpResponse:
    """A2, then A3: approve."""
    return _decide(request, number, "approved")


@access(audience="staff", permission=permissions.DECIDE, methods=("GET", "POST"))
def refuse(request: SignedInRequest, number: str) -> HttpResponse:
    """A2, then A3: refuse, with the reason that the law asks for (行政手続法8条)."""
    return _decide(request, number, "refused")


def _decide(request: SignedInRequest, number: str, outcome: Outcome) -> HttpResponse:
    actor = request.actor
    case = case_for_step(actor=actor, number=number, permission=permissions.DECIDE)
    definition = forms.definition_of(case.form_version_id)
    if request.method == "GET":
        if case.status is not Status.REVIEWING:
            return not_now_page(request, number)
        before = stash.take(request) or QueryDict()  # what was typed when the session ended
        code, reason = (str(before.get(name) or "") for name in ("reason_code", "reason"))
        return _ask(request, case, definition, outcome, code=code, reason=reason)
    code, reason = _typed(request, definition, outcome)
    errors = _errors(definition, outcome, code, reason)
    if errors or request.POST.get("act") == "rewrite":
        return _ask(request, case, definition, outcome, code=code, reason=reason, errors=errors)
    if request.POST.get("act") != "decide":
        return _consequences(request, case, definition, outcome, code, reason)
    try:
        actions.decide_case(
            actor=actor, case_id=case.id, outcome=outcome, reason_code=code, reason=reason,
            expected_version=posted_version(request),
        )  # fmt: skip
    except Invalid as error:
        return _ask(request, case, definition, outcome, code=code, reason=reason, errors=dict(error.fields))
    except Conflict:
        kept = [("しようとしたこと", _TITLES[outcome]), ("理由", reason or "なし")]
        return conflict_page(request, number, (outcome,), kept)
    except Forbidden as error:
        if error.code != "case.own":
            raise
        return _ask(request, case, definition, outcome, code=code, reason=reason, own=True)
    return back_to(case.written_number)


def _typed(request: SignedInRequest, definition: FormDefinition, outcome: Outcome) -> tuple[str, str]:
    """Reason code and reason; a chosen template stands for a reason left empty."""
    code = request.POST.get("reason_code", "")
    reason = request.POST.get("reason", "").replace("\r\n", "\n").strip()
    if code and not reason:
        chosen = _outcome(definition, outcome)
        reason = next((r.text["ja"] for r in chosen.reasons if r.id == code), "")
    return code, reason


def _outcome(definition: FormDefinition, outcome: Outcome) -> DefinedOutcome:
    return definition.decision.accept if outcome == "approved" else definition.decision.refuse


def _errors(definition: FormDefinition, outcome: Outcome, code: str, reason: str) -> dict[str, FieldError]:
    chosen = _outcome(definition, outcome)
    if code and code not in {r.id for r in chosen.reasons}:
        return {"reason_code": FieldError("field.choose_one")}
    if not reason and (outcome == "refused" or chosen.reason_required):
        return {"reason": FieldError("decision.reason_required")}
    if _UNFILLED.search(reason):
        return {"reason": FieldError("decision.unfilled")}
    if len(reason) > actions.MAX_REASON:
        return {"reason": FieldError("field.too_long", {"limit": actions.MAX_REASON, "length": len(reason)})}
    return {}


def _ask(
    request: SignedInRequest,
    case: StepCase,
    definition: FormDefinition,
    outcome: Outcome,
    *,
    code: str,
    reason: str,
    errors: dict[str, FieldError] | None = None,
    own: bool = False,
) -> HttpResponse:
    wrong = errors or {}
    chosen = _outcome(definition, outcome)
    fields = []
    needed = outcome == "refused" or chosen.reason_required
    if chosen.reasons:
        options = tuple(Option(r.id, r.text["ja"], hint=f"根拠: {r.rule['ja']}") for r in chosen.reasons)
        fields.append(
            FormField(
                name="reason_code", label="理由の定型文", kind="radio", options=options, value=code, required=False,
                error=wrong.get("reason_code"), hint="選んで下を空けておくと、次のページで定型文が入ります。",
            )
        )  # fmt: skip
    if needed or chosen.reasons:
        fields.append(
            FormField(
                name="reason", label="理由", kind="textarea", rows=5, value=reason, error=wrong.get("reason"),
                required=needed and not chosen.reasons,
                show_mark=not (needed and chosen.reasons),
                hint="申請した人がそのまま読みます。どの事実が、どの決まりに当たるかを書いてください。",
            )
        )  # fmt: skip
    summary = errors_for(fields)
    if own:
        summary = [SummaryError("", MESSAGES["case.own"]["ja"]), *summary]
    context = {
        "title": _TITLES[outcome], "case": case, "fields": fields, "errors": summary, "outcome": outcome,
        "text": chosen.text["ja"], "appeal": definition.decision.review_notice.text["ja"],
        "version": request.POST.get("version", case.version), "breadcrumb": crumbs(case),
    }  # fmt: skip
    return render(request, "eng_cases/staff_decision.html", context, status=422 if summary else 200)


def _consequences(
    request: SignedInRequest, case: StepCase, definition: FormDefinition, outcome: Outcome, code: str, reason: str
) -> HttpResponse:
    """What will be sent to whom, before the button that can't be taken back."""
    rule = next((r.rule["ja"] for r in _outcome(definition, outcome).reasons if r.id == code), "")
    contact = accounts.contact_of(case.account_id) if case.account_id else None
    language = NATIVE_NAME.get(contact.language if contact else case.language, "日本語")
    result = definition.result
    paper = "なし"
    if outcome == "refused":
        paper = "不承認通知書(PDF)。検証コードが付きます"
    elif result.kind != "none":
        paper = f"{(result.title or definition.title)['ja']}(PDF)" + (
            "。検証コードが付きます" if result.verifiable else ""
        )
    rows = [
        Fact(label="決定", value="承認" if outcome == "approved" else "不承認"),
        Fact(label="受付番号", value=case.written_number),
        Fact(label="氏名", value=case.name, name=True),
        *([Fact(label="理由", value=reason.split("\n"))] if reason else []),
        *([Fact(label="根拠", value=rule)] if rule else []),
    ]
    sent = [
        Fact(label="お知らせ箱", value=f"1件({language})" if contact else "なし(利用者登録がありません)"),
        Fact(
            label="メール",
            value=f"1通({language})。内容は書かず、お知らせがあることだけを伝えます" if contact else "なし",
        ),
        Fact(label="書類", value=paper),
        Fact(label="文書番号", value="決定と同時に、課の次の番号が付きます"),
    ]
    context = {
        "title": f"{case.written_number} を{'承認' if outcome == 'approved' else '不承認に'}しますか",
        "case": case, "rows": rows, "sent": sent, "code": code, "reason": reason, "outcome": outcome,
        "button": _TITLES[outcome], "appeal": definition.decision.review_notice.text["ja"],
        "version": request.POST.get("version", ""), "breadcrumb": crumbs(case),
    }  # fmt: skip
    return render(request, "eng_cases/staff_decision_confirm.html", context)
