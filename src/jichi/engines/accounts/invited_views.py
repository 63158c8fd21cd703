"""The page behind an invitation: an official sets the first password."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jichi.design.fields import FormField, errors_for
from jichi.kernel.errors import FieldError, Invalid

from . import officials
from .access import access


@access(audience="staff_sign_in", methods=("GET", "POST"))
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """A2: a new password, twice; then A4: sign in with it. A link that no longer works says so."""
    login = officials.invited(token)
    state, status = ("ask", 200) if login else ("over", 404)
    field = FormField(
        name="password", kind="password", label="新しいパスワード", autocomplete="new-password",
        hint="12文字以上。ほかで使っているものは使わないでください。",
    )  # fmt: skip
    again = FormField(name="again", kind="password", label="新しいパスワード(もう一度)", autocomplete="new-password")
    if login and request.method == "POST":
        password = request.POST.get("password", "")
        try:
            if password != request.POST.get("again", ""):
                raise Invalid(fields={"again": FieldError("password.differ")})
            client = str(request.META.get("REMOTE_ADDR") or "local")
            state = "done" if officials.accept_invitation(token=token, password=password, client=client) else "over"
        except Invalid as error:
            field = replace(field, error=error.fields.get("password"))
            again = replace(again, error=error.fields.get("again"))
            status = 422
    fields = [field, again]
    context = {"state": state, "login": login, "fields": fields, "errors": errors_for(fields), "narrow": True}
    response = render(request, "eng_accounts/staff_invited.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
