"""ログインの方法: the cards and other outside identities of a login, and taking one off."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.localized import path_in

from . import identity, rules
from .access import SignedInRequest, access
from .middleware import LEVEL

MAIL: Final = "email"


def _words(provider: str) -> str:
    known = {"identity": _("マイナンバーカード"), "gbizid": _("GビズID")}
    return known.get(provider, _("外のログイン"))


@access(audience="resident")
def overview(request: SignedInRequest) -> HttpResponse:
    """A5: by which ways one signs in here beside the mail address."""
    rows = [
        {
            "provider": one.provider, "words": _words(one.provider),
            "since": format_date(one.linked_at.astimezone(clock.TOKYO).date(), request.LANGUAGE_CODE),
        }
        for one in identity.identities_of(account_id=request.signed_in.account_id)
    ]  # fmt: skip
    done = _("接続を外しました。メールでもお知らせします。") if request.GET.get("done") else ""
    context = {
        "title": _("ログインの方法"), "rows": rows, "email": request.signed_in.email, "breadcrumb": _crumbs(request),
        "notices": [{"tone": "done", "title": "", "text": done}] if done else [],
    }  # fmt: skip
    return render(request, "eng_accounts/logins.html", context)


def _crumbs(request: SignedInRequest, *, inside: bool = False) -> list[tuple[str, str]]:
    found = [(_("設定"), path_in(request.LANGUAGE_CODE, "/my/settings/"))]
    return [*found, (_("ログインの方法"), reverse("eng_accounts_logins:overview"))] if inside else found


@access(audience="resident", level="account", fresh=True, methods=("GET", "POST"))
def end(request: SignedInRequest) -> HttpResponse:
    """A3: what taking one off means, then done. This session is known by mail only from then on.

    Asks for a level as high as the one that is taken off: without its card, officials take it off at the counter.
    """
    asked = request.POST.get("provider", "") or request.GET.get("provider", "")
    mine = {one.provider: one.level for one in identity.identities_of(account_id=request.signed_in.account_id)}
    if asked not in mine:
        return redirect("eng_accounts_logins:overview")
    if not rules.reaches(request.signed_in.level, mine[asked]):
        back = f"{request.path}?{urlencode({'provider': asked})}"
        return redirect(f"{reverse('eng_accounts:identify')}?{urlencode({'next': back, 'level': mine[asked]})}")
    if request.method == "POST":
        identity.end_own_identity(actor=request.actor, provider=asked)
        request.session[LEVEL] = MAIL
        return redirect(f"{reverse('eng_accounts_logins:overview')}?done=1")
    context = {
        "title": _("接続を外しますか"), "provider": asked, "words": _words(asked),
        "breadcrumb": _crumbs(request, inside=True),
    }  # fmt: skip
    return render(request, "eng_accounts/login_end.html", context)
