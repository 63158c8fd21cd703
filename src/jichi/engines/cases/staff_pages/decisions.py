"""承認する・不承認にする: reason and 教示, then the consequences in words, then the button (J9)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import replace
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
from ..actions.afterwards import granted_yen
from ..delivering import way_proposed
from ..presentation import DISPATCH_WORDS, SEAL_WORDS, code_words
from ..queries import StepCase, case_for_step
from ..routing import MARKS, marks_of, route_named, way_of
from ..rules import DISPATCH_WAYS, SEALS, Draft, Status
from .steps import back_to, conflict_page, crumbs, not_now_page, posted_version

Outcome = Literal["approved", "refused"]
_TITLES: Final = {"approved": "承認する", "refused": "不承認にする"}
_ROUTED: Final = "決裁する人の「自分の番」に入ります。決裁まで、申請した人には何も届きません"
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
    case = case_for_step(actor=request.actor, number=number, permission=permissions.DECIDE)
    definition = forms.definition_of(case.form_version_id)
    if request.method == "GET":
        if case.status is not Status.REVIEWING or case.stage == "on_route":
            return not_now_page(request, number)
        before = stash.take(request) or QueryDict()  # what was typed when the session ended
        return _ask(request, case, definition, with_way(case, typed_draft(before, definition, outcome, fill=False)))
    draft = with_way(case, typed_draft(request.POST, definition, outcome))
    errors = draft_errors(definition, draft) or way_errors(case, draft) or amount_errors(case, draft)
    marks = [one for one in request.POST.getlist("marks") if one in MARKS]
    if errors or request.POST.get("act") == "rewrite":
        return _ask(request, case, definition, draft, errors=errors)
    if request.POST.get("act") != "decide":
        return _consequences(request, case, definition, draft, marks)
    return _done(request, case, definition, draft, marks)


def _done(
    request: SignedInRequest, case: StepCase, definition: FormDefinition, draft: Draft, marks: list[str]
) -> HttpResponse:
    """Decide or propose; what was refused comes back with what was typed."""
    try:
        actions.propose_decision(
            actor=request.actor, case_id=case.id, draft=draft, expected_version=posted_version(request), marks=marks
        )
    except Invalid as error:
        return _ask(request, case, definition, draft, errors=dict(error.fields), said=_said(error))
    except Conflict as error:
        if error.code in {"case.unpaid", "case.second_person"}:
            return _ask(request, case, definition, draft, said=error.code)
        kept = [("しようとしたこと", _TITLES[draft.outcome]), ("理由", draft.reason or "なし")]
        return conflict_page(request, case.number, (draft.outcome, "proposed"), kept)
    except Forbidden as error:
        if error.code != "case.own":
            raise
        return _ask(request, case, definition, draft, said="case.own")
    return back_to(case.written_number)


def _said(error: Invalid) -> str:
    """The code of what is wrong with all of it, when no field is to blame."""
    return "" if error.fields else error.code


def typed_draft(given: QueryDict, definition: FormDefinition, outcome: Outcome, *, fill: bool = True) -> Draft:
    """What was typed; a chosen template stands for a reason left empty (`fill`)."""
    code = str(given.get("reason_code") or "")
    reason = str(given.get("reason") or "").replace("\r\n", "\n").strip()
    if fill and code and not reason:
        reason = next((r.text["ja"] for r in _outcome(definition, outcome).reasons if r.id == code), "")
    seal, dispatch = str(given.get("seal") or ""), str(given.get("dispatch") or "")
    return Draft(
        outcome=outcome, reason_code=code, reason=reason,
        question=str(given.get("question") or "").replace("\r\n", "\n").strip(),
        seal=seal if seal in SEALS else "omitted", dispatch=dispatch if dispatch in DISPATCH_WAYS else "",
        dispatch_because=str(given.get("dispatch_because") or "").strip(),
        granted_yen=_yen(str(given.get("granted") or "")) if outcome == "approved" else None,
    )  # fmt: skip


def _yen(typed: str) -> int | None:
    """An amount as people type it; None where nothing was, 0 where it can't be read."""
    plain = unicodedata.normalize("NFKC", typed).strip().removesuffix("円").replace(",", "")
    return None if not plain else int(plain) if plain.isdecimal() and len(plain) <= 12 else 0


def asked_yen(case: StepCase) -> int | None:
    """What was asked for, where the procedure decides about an amount. One statement."""
    sent = forms.submission(case.submission_id)
    return granted_yen(sent.definition, sent.answers)


def amount_errors(case: StepCase, draft: Draft) -> dict[str, FieldError]:
    """No more is granted than was asked for, and less only with a reason."""
    asked = asked_yen(case) if draft.granted_yen is not None else None
    if asked is None or draft.granted_yen in (None, asked):
        return {}
    if not 0 < draft.granted_yen < asked:
        return {"granted": FieldError("decision.granted_range", {"asked": f"{asked:,}"})}
    return {} if draft.reason else {"reason": FieldError("decision.less_needs_reason")}


def with_way(case: StepCase, draft: Draft) -> Draft:
    """The draft with 施行の方法: the one that the application says, where none was chosen."""
    way = draft.dispatch or way_proposed(case.submission_id, case.account_id, draft.outcome).way
    return replace(draft, dispatch=way)


def way_errors(case: StepCase, draft: Draft) -> dict[str, FieldError]:
    """Another way than the applicant chose needs a reason."""
    proposed = way_proposed(case.submission_id, case.account_id, draft.outcome)
    if proposed.departs(draft.dispatch) and not draft.dispatch_because:
        return {"dispatch_because": FieldError("dispatch.other_way")}
    return {}


_MARKS: Final = {
    key: f"{word}{'のあるもの' if key == 'disputed' else 'なもの'}" for key, word in MARKS.items()
}  # fmt: skip


def marks_field(marks: Collection[str]) -> FormField:
    """重要・異例・疑義: what the drafter judges the matter to be."""
    return FormField(
        name="marks", label="事案の判断", kind="checkboxes", value=sorted(marks), required=False,
        options=tuple(Option(key, word) for key, word in _MARKS.items()),
        hint="当てはまると、専決の表より上の職が決裁し、代決はできません。",
    )  # fmt: skip


def _outcome(definition: FormDefinition, outcome: Outcome) -> DefinedOutcome:
    return definition.decision.accept if outcome == "approved" else definition.decision.refuse


def draft_errors(definition: FormDefinition, draft: Draft) -> dict[str, FieldError]:
    """What is wrong with the reason, before anything is tried."""
    chosen, reason = _outcome(definition, draft.outcome), draft.reason
    if draft.reason_code and draft.reason_code not in {r.id for r in chosen.reasons}:
        return {"reason_code": FieldError("field.choose_one")}
    if not reason and (draft.outcome == "refused" or chosen.reason_required):
        return {"reason": FieldError("decision.reason_required")}
    if _UNFILLED.search(reason):
        return {"reason": FieldError("decision.unfilled")}
    for name, text in (("reason", reason), ("question", draft.question)):
        if len(text) > actions.MAX_REASON:
            return {name: FieldError("field.too_long", {"limit": actions.MAX_REASON, "length": len(text)})}
    return {}


def draft_fields(
    definition: FormDefinition, draft: Draft, wrong: dict[str, FieldError], asked: int | None = None
) -> list[FormField]:
    """The fields of a decision: amount, reason, 伺い文 where others decide, seal and way.

    Args:
        asked: yen that were asked for, where an amount is decided about.
    """
    chosen = _outcome(definition, draft.outcome)
    fields = []
    if asked is not None and draft.outcome == "approved":
        shown = asked if draft.granted_yen is None else draft.granted_yen
        fields.append(
            FormField(
                name="granted", label="交付決定額", unit="円", size=16, value=f"{shown:,}", error=wrong.get("granted"),
                hint=f"申請の額は{asked:,}円です。減らすときは、理由を書いてください。",
            )
        )  # fmt: skip
    needed = draft.outcome == "refused" or chosen.reason_required
    if chosen.reasons:
        options = tuple(Option(r.id, r.text["ja"], hint=f"根拠: {r.rule['ja']}") for r in chosen.reasons)
        fields.append(
            FormField(
                name="reason_code", label="理由の定型文", kind="radio", options=options, value=draft.reason_code,
                required=False, error=wrong.get("reason_code"),
                hint="選んで下を空けておくと、次のページで定型文が入ります。",
            )
        )  # fmt: skip
    if needed or chosen.reasons or (asked is not None and draft.outcome == "approved"):
        fields.append(
            FormField(
                name="reason", label="理由", kind="textarea", rows=5, value=draft.reason, error=wrong.get("reason"),
                required=needed and not chosen.reasons,
                show_mark=not (needed and chosen.reasons),
                hint="申請した人がそのまま読みます。どの事実が、どの決まりに当たるかを書いてください。",
            )
        )  # fmt: skip
    if route_named(definition):
        fields.append(
            FormField(
                name="question", label="伺い文", kind="textarea", rows=3, value=draft.question, required=False,
                error=wrong.get("question"), hint="決裁する人が読みます。申請した人には見えません。",
            )
        )  # fmt: skip
    return [*fields, *_way_fields(definition, draft, wrong)]


def _way_fields(definition: FormDefinition, draft: Draft, wrong: dict[str, FieldError]) -> list[FormField]:
    """公印 and 施行, and why another way than the applicant chose."""
    fields = []
    for name, label, words in (("seal", "公印", SEAL_WORDS), ("dispatch", "施行の方法", DISPATCH_WORDS)):
        options = tuple(Option(key, word) for key, word in words.items())
        fields.append(
            FormField(
                name=name, label=label, kind="radio", options=options, value=getattr(draft, name), inline=True,
                error=wrong.get(name),
            )
        )  # fmt: skip
    if definition.delivery is not None and draft.outcome == "approved":
        fields.append(
            FormField(
                name="dispatch_because", label="施行の方法を変える理由", required=False, value=draft.dispatch_because,
                error=wrong.get("dispatch_because"), hint="申請した人が選んだ方法と違うときだけ入力してください。",
            )
        )  # fmt: skip
    return fields


def _ask(
    request: SignedInRequest, case: StepCase, definition: FormDefinition, draft: Draft, *,
    errors: dict[str, FieldError] | None = None, said: str = "",
) -> HttpResponse:  # fmt: skip
    fields = draft_fields(definition, draft, errors or {}, asked_yen(case))
    if route_named(definition):
        asked = request.method == "POST" or case.stage != "sent_back"
        fields.append(marks_field(request.POST.getlist("marks") if asked else marks_of(case.id)))
    summary = errors_for(fields)
    if said:
        summary = [SummaryError("", code_words(said)), *summary]
    chosen = _outcome(definition, draft.outcome)
    context = {
        "title": _title(definition, draft), "case": case, "fields": fields, "errors": summary,
        "outcome": draft.outcome, "text": chosen.text["ja"], "routed": route_named(definition),
        "appeal": definition.decision.review_notice.text["ja"],
        "version": request.POST.get("version", case.version), "breadcrumb": crumbs(case),
    }  # fmt: skip
    return render(request, "eng_cases/staff_decision.html", context, status=422 if summary else 200)


def _title(definition: FormDefinition, draft: Draft) -> str:
    if not route_named(definition):
        return _TITLES[draft.outcome]
    return f"{'承認' if draft.outcome == 'approved' else '不承認'}を起案する"


def _paper(definition: FormDefinition, outcome: str) -> str:
    """What comes out as a document, in words."""
    if outcome == "refused":
        return "不承認通知書(PDF)。検証コードが付きます"
    result = definition.result
    if result.kind == "none":
        return "なし"
    title = (result.title or definition.title)["ja"]
    return f"{title}(PDF){'。検証コードが付きます' if result.verifiable else ''}"


def _amount(case: StepCase, draft: Draft) -> list[Fact]:
    asked = asked_yen(case) if draft.outcome == "approved" else None
    if asked is None:
        return []
    if draft.granted_yen in (None, asked):
        return [Fact(label="交付決定額", value=f"{asked:,}円(申請のとおり)")]
    return [Fact(label="交付決定額", value=f"{draft.granted_yen:,}円(申請の額は{asked:,}円)")]


def _consequences(
    request: SignedInRequest, case: StepCase, definition: FormDefinition, draft: Draft, marks: list[str]
) -> HttpResponse:
    """What will be sent to whom, before the button that can't be taken back."""
    outcome, routed = draft.outcome, route_named(definition)
    rule = next((r.rule["ja"] for r in _outcome(definition, outcome).reasons if r.id == draft.reason_code), "")
    contact = accounts.contact_of(case.account_id) if case.account_id else None
    language = NATIVE_NAME.get(contact.language if contact else case.language, "日本語")
    told = [("理由", draft.reason), ("根拠", rule), ("伺い文", draft.question if routed else "")]
    rows = [
        Fact(label="決定", value="承認" if outcome == "approved" else "不承認"),
        Fact(label="受付番号", value=case.written_number),
        Fact(label="氏名", value=case.name, name=True),
        *_amount(case, draft),
        *(Fact(label=label, value=text.split("\n"), name=True) for label, text in told if text),
        Fact(label="公印", value=SEAL_WORDS[draft.seal]),
        Fact(label="施行の方法", value=DISPATCH_WORDS[draft.dispatch]),
        *([Fact(label="方法を変える理由", value=draft.dispatch_because, name=True)] if draft.dispatch_because else []),
    ]
    sent = [
        *([Fact(label="決裁", value=_ROUTED)] if routed else []),
        Fact(label="お知らせ箱", value=f"1件({language})" if contact else "なし(利用者登録がありません)"),
        Fact(
            label="メール",
            value=f"1通({language})。内容は書かず、お知らせがあることだけを伝えます" if contact else "なし",
        ),
        Fact(label="書類", value=_paper(definition, outcome)),
        Fact(label="文書番号", value="決定と同時に、課の次の番号が付きます"),
    ]
    act = f"{'承認' if outcome == 'approved' else '不承認に'}しますか"
    context = {
        "title": f"{case.written_number} を{'起案' if routed else ''}{'しますか' if routed else act}",
        "case": case, "rows": rows, "sent": sent, "draft": draft, "outcome": outcome, "routed": routed,
        "marks": marks, "way": way_of(case.id, actor=request.actor, marks=marks, granted=draft.granted_yen)
        if routed else None,
        "button": "起案する" if routed else _TITLES[outcome],
        "appeal": definition.decision.review_notice.text["ja"],
        "version": request.POST.get("version", ""), "breadcrumb": crumbs(case),
    }  # fmt: skip
    return render(request, "eng_cases/staff_decision_confirm.html", context)
