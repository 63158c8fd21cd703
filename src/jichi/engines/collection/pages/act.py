"""An act on one instalment: what is asked, what a second look says, the deed. Pressed twice it is done once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.catalogue import message
from jichi.design.fields import FormField, errors_for, with_values
from jichi.design.parts import Fact
from jichi.engines.accounts.access import SignedInRequest
from jichi.kernel.errors import FieldError, Invalid, JichiError

from ..queries import Bill
from .accounts import crumbs
from .bills import bill_facts, found_bill

UNPROCESSABLE: Final = 422


@dataclass(frozen=True, slots=True)
class Act:
    """An act on one instalment: its question, what a look before says, and the deed."""

    title: str
    verb: str
    fields: Callable[[Bill], Sequence[FormField]]
    read: Callable[[SignedInRequest, Bill, dict[str, FieldError]], dict[str, object]]
    preview: Callable[[Bill, dict[str, object]], list[Fact]]
    do: Callable[[SignedInRequest, Bill, dict[str, object], str], object]


def run_act(request: SignedInRequest, key: str, act: Act) -> HttpResponse:
    """A2, then A3 with what it would come to, then done and back to the instalment. Pressed twice it is done once."""
    found = found_bill(key)
    errors: dict[str, FieldError] = {}
    problem = ""
    given = {name: request.POST.get(name, "") for name in (field.name for field in act.fields(found))}
    token = request.POST.get("token", "") or str(uuid.uuid4())
    if request.method == "POST":
        values = act.read(request, found, errors)
        try:
            if not errors and request.POST.get("act") == "do":
                act.do(request, found, values, token[:80])
                return redirect("eng_collection:bill", key=key)
            if not errors and request.POST.get("act") == "check":
                return _check_page(request, found, act, given, values, token)
        except Invalid as refused:
            errors.update(refused.fields)
            problem = "" if refused.fields else message(refused.code, "ja", **refused.params)
        except JichiError as refused:
            problem = message(refused.code, "ja", **refused.params)
    fields = with_values(act.fields(found), given, errors) if request.method == "POST" else act.fields(found)
    context = {
        "title": act.title, "facts": bill_facts(found), "fields": fields, "errors": errors_for(fields), "token": token,
        "notices": [{"tone": "error", "title": "", "text": problem}] if problem else [], "narrow": True,
        "breadcrumb": _act_crumbs(found),
    }  # fmt: skip
    return render(request, "eng_collection/act.html", context, status=UNPROCESSABLE if errors or problem else 200)


def _act_crumbs(found: Bill) -> list[tuple[str, str]]:
    key = found.view.key
    return crumbs((f"期別 {key}", reverse("eng_collection:bill", args=[key])))


def _check_page(
    request: SignedInRequest, found: Bill, act: Act, given: dict[str, str], values: dict[str, object], token: str
) -> HttpResponse:
    context = {
        "title": f"{act.title}(確認)", "facts": act.preview(found, values), "given": given.items(), "token": token,
        "verb": act.verb, "narrow": True, "breadcrumb": _act_crumbs(found),
    }  # fmt: skip
    return render(request, "eng_collection/act_check.html", context)
