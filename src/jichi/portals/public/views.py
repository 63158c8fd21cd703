"""The public check of documents: anybody may ask, nobody learns more than the paper says."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.design.fields import FormField, errors_for
from jichi.design.parts import Fact
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.accounts.sign_in import limit
from jichi.engines.cases import queries as cases
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.localized import pick
from jichi.kernel.receipt_number import format_number, parse_number

TRIES: Final = 60
WINDOW: Final = 600


def normal_code(text: str) -> str | None:
    """A verification code in any width, case and grouping; None when it can't be one.

    Its two halves carry a check character each: most typing errors are seen without asking the database.
    """
    code = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    if len(code) != 16:
        return None
    first, second = parse_number(code[:8]), parse_number(code[8:])
    return f"{first}{second}" if first and second else None


@access(audience="public")
def verify(request: SignedInRequest, code: str = "") -> HttpResponse:
    """A12: genuine, not matching, or not to be confirmed; never only two outcomes."""
    typed = request.GET.get("code", "")
    if typed and not code:
        normal = normal_code(typed)
        if normal:
            return redirect(reverse("portal_public:verify_code", args=[normal]))
        return _form(request, typed, _("番号の形が違います。文書に書かれた16文字を確かめてください。"))
    if not code:
        return _form(request, "", "")
    normal = normal_code(code)
    if normal is None:
        return _form(request, code, _("番号の形が違います。文書に書かれた16文字を確かめてください。"))
    limit(f"verify:{request.META.get('REMOTE_ADDR', '')}", tries=TRIES, seconds=WINDOW)
    return _outcome(request, normal)


def _form(request: SignedInRequest, typed: str, error: str) -> HttpResponse:
    field = FormField(
        name="code", kind="text", label=_("検証コード"), hint=_("文書の二次元コードのとなりにある16文字です。"),
        value=typed, error=error or None, size=20,
    )  # fmt: skip
    context = {"title": _("文書が本物か確かめる"), "fields": [field], "errors": errors_for([field]) if error else []}
    return render(request, "portal_public/verify.html", context, status=422 if error else 200)


def _outcome(request: SignedInRequest, code: str) -> HttpResponse:
    language = request.LANGUAGE_CODE
    found = cases.verify_document(code)
    rows: list[Fact] = []
    if found is None:
        outcome, text = (
            "unknown",
            _("この検証コードの文書は見つかりませんでした。番号を確かめるか、発行した課にお問い合わせください。"),
        )
    elif found.revoked_at is not None:
        outcome, text = "mismatch", _("この文書は取り消されています。今は使えません。")
    elif found.valid_until is not None and found.valid_until < clock.today():
        outcome, text = "mismatch", _("この文書は区が発行しましたが、有効期限が過ぎています。")
    else:
        outcome, text = "genuine", _("この文書は区が発行しました。下の内容が、手元の文書と同じか見比べてください。")
    if found is not None:
        rows.append(Fact(label=_("文書"), value=pick(found.title, language).text))
        rows.append(Fact(label=_("受付番号"), value=format_number(found.number)))
        issued = format_date(found.issued_at.astimezone(clock.TOKYO).date(), language, "long")
        rows.append(Fact(label=_("発行した日"), value=issued))
        if found.valid_until:
            rows.append(Fact(label=_("有効期限"), value=format_date(found.valid_until, language, "long")))
        for label_, value in found.facts.get("rows", []):  # type: ignore[attr-defined] # stored by the issuing room
            rows.append(Fact(label=pick(label_, language).text, value=value, name=True))
    heading = {"genuine": _("本物です"), "mismatch": _("一致しません"), "unknown": _("確認できません")}[outcome]
    context = {
        "title": heading,
        "outcome": outcome,
        "text": text,
        "rows": rows,
        "tone": {"genuine": "done", "mismatch": "error", "unknown": "neutral"}[outcome],
    }
    return render(request, "portal_public/outcome.html", context)
