"""Pages of signing in and out. Residents: a code by e-mail. Officials: password, then a second factor."""

from __future__ import annotations

import time
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jichi.design.catalogue import message
from jichi.design.fields import FormField, errors_for
from jichi.engines.audit.context import system_actor
from jichi.kernel.errors import FieldError, Invalid
from jichi.kernel.localized import LANGUAGES

from . import actions, guests, identity_views, peers, sign_in, stash
from .access import access
from .errors import PROBLEMS
from .middleware import GUEST
from .models import Account
from .session_start import start_session

PENDING = "pending"
PENDING_SECONDS = 600
ENROLMENT = "enrolment"
CODE = "code"
NEXT = "next"


def _next(request: HttpRequest, fallback: str) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or request.session.get(NEXT) or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/"):
        return wanted
    return translate_url(fallback, get_language() or settings.LANGUAGE_CODE)


def _client(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR") or "local")


def _ask(request: HttpRequest, template: str, fields: list[FormField], **context: object) -> HttpResponse:
    """The page with its questions; with their errors on top and status 422 when there are any."""
    errors = errors_for(fields)
    return render(request, template, {**context, "fields": fields, "errors": errors}, status=422 if errors else 200)


def _email_field(value: str = "", error: FieldError | None = None) -> FormField:
    return FormField(
        name="email", kind="email", label=_("メールアドレス"), value=value, error=error, autocomplete="email",
        hint=_("このアドレスに6桁の認証コードを送ります。"),
    )  # fmt: skip


def _guests_url(request: HttpRequest, target: str) -> str:
    """Where who applied without a login asks for a link, on the way to a page that is open to them; "" elsewhere."""
    door = guests.door()
    if door is None or "guests" not in request.GET:
        return ""
    return f"{door.ask()}?{urlencode({'next': target})}"


@access(audience="public", methods=("GET", "POST"))
def start(request: HttpRequest) -> HttpResponse:
    """A2: the resident's e-mail address."""
    target = _next(request, "/")
    problem = request.GET.get("problem", "")
    other_ways = f"{reverse('eng_accounts:sign_in_card')}?{urlencode({'next': target})}"
    context = {
        "next": target, "expired": request.GET.get("expired", ""), "kept": stash.KEY in request.session,
        "guests_url": _guests_url(request, target),
        "takes_over": request.session.get(GUEST, False),
        "card": identity_views.waiting_proof(request) is not None,
        "other_ways": other_ways if peers.offered() else "",
        "problem": message(problem) if problem in PROBLEMS else "",
    }  # fmt: skip
    if request.method != "POST":
        return _ask(request, "eng_accounts/sign_in.html", [_email_field()], **context)
    typed = request.POST.get("email", "")
    try:
        code_id = sign_in.issue_code(email=typed, language=get_language() or "ja", client=_client(request))
    except Invalid as error:
        field = _email_field(typed, error.fields["email"])
        return _ask(request, "eng_accounts/sign_in.html", [field], **context)
    request.session[CODE] = str(code_id)
    request.session["email"] = typed.strip()
    request.session[NEXT] = target
    return redirect("eng_accounts:code")


@access(audience="public", methods=("GET", "POST"))
def code(request: HttpRequest) -> HttpResponse:
    """A2: the code from the mail."""
    code_id = request.session.get(CODE)
    if not code_id:
        return redirect("eng_accounts:sign_in")
    context = {"email": request.session.get("email", "")}
    error: str | None = None
    if request.method == "POST":
        account = sign_in.check_code(code_id=UUID(code_id), code=request.POST.get("code", ""))
        if account is not None:
            target = _next(request, "/")
            start_session(request, account, second_factor=False, level="email", keep=identity_views.KEPT)
            language = get_language()
            if language in LANGUAGES and language != account.language:
                actions.set_language(actor=system_actor("sign-in"), account_id=account.pk, language=language)
            return identity_views.after_mail(request, account, target) or redirect(target)
        error = _("認証コードが違うか、期限が切れています。メールの数字を確かめるか、もう一度送ってください。")
    field = FormField(
        name="code", kind="code", label=_("認証コード"), error=error, autocomplete="one-time-code", size=6,
        hint=_("メールに書かれた6桁の数字です。10分間使えます。"),
    )  # fmt: skip
    return _ask(request, "eng_accounts/code.html", [field], **context)


@access(audience="public", methods=("POST",))
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    provider = request.session.get(identity_views.PROVIDER)
    request.session.flush()
    if provider:
        return redirect(f"{reverse('eng_accounts:signed_out')}?{urlencode({'from': provider})}")
    return redirect(translate_url("/", get_language() or settings.LANGUAGE_CODE))


# -- officials ---------------------------------------------------------------------------------


def _pending(request: HttpRequest) -> Account | None:
    """The official whose password was right within the last ten minutes."""
    pending = request.session.get(PENDING)
    if not pending or time.time() - pending["at"] > PENDING_SECONDS:
        return None
    return Account.objects.filter(pk=pending["account"], kind="staff", is_active=True).first()


@access(audience="staff_sign_in", methods=("GET", "POST"))
def staff_start(request: HttpRequest) -> HttpResponse:
    """A2: login name and password."""
    target = _next(request, "/staff/")
    error: str | None = None
    login = ""
    if request.method == "POST":
        login = request.POST.get("login", "").strip()
        account = sign_in.check_staff_password(
            login=login, password=request.POST.get("password", ""), client=_client(request)
        )
        if account is not None:
            kept = request.session.get(stash.KEY)
            request.session.flush()
            if kept:
                request.session[stash.KEY] = kept
            request.session[PENDING] = {"account": str(account.pk), "at": int(time.time())}
            request.session[NEXT] = target
            enrolled = account.totp_confirmed_at is not None
            return redirect("eng_accounts_staff:staff_second_factor" if enrolled else "eng_accounts_staff:staff_enrol")
        error = "職員IDかパスワードが違います。確かめて、もう一度入力してください。"
    fields = [
        FormField(name="login", kind="text", label="職員ID", value=login, error=error, autocomplete="username"),
        FormField(name="password", kind="password", label="パスワード", autocomplete="current-password"),
    ]  # fmt: skip
    expired, kept = "expired" in request.GET, stash.KEY in request.session
    return _ask(request, "eng_accounts/staff_sign_in.html", fields, next=target, expired=expired, kept=kept)


@access(audience="staff_sign_in", methods=("GET", "POST"))
def staff_second_factor(request: HttpRequest) -> HttpResponse:
    """A2: the authenticator's code, or a paper code."""
    account = _pending(request)
    if account is None:
        return redirect("eng_accounts_staff:staff_sign_in")
    if account.totp_confirmed_at is None:
        return redirect("eng_accounts_staff:staff_enrol")
    error: str | None = None
    if request.method == "POST":
        if sign_in.check_second_factor(account_id=account.pk, code=request.POST.get("code", "")):
            target = _next(request, "/staff/")
            start_session(request, account, second_factor=True)
            return redirect(target)
        error = "番号が違うか、もう使われています。新しい番号が出るのを待って、入力してください。"
    field = FormField(
        name="code", kind="code", label="認証アプリの6桁の番号", error=error,
        hint="認証アプリが手元にないときは、紙の予備コードを入力できます。", autocomplete="one-time-code",
    )  # fmt: skip
    return _ask(request, "eng_accounts/staff_second_factor.html", [field])


@access(audience="staff_sign_in", methods=("GET", "POST"))
def staff_enrol(request: HttpRequest) -> HttpResponse:
    """A2: enrol an authenticator, with the code an administrator handed over in person."""
    account = _pending(request)
    if account is None or account.totp_confirmed_at is not None:
        return redirect("eng_accounts_staff:staff_sign_in")
    error: str | None = None
    kept = request.session.get(ENROLMENT, "")
    if request.method == "POST":
        codes = sign_in.confirm_enrolment(
            account_id=account.pk, code=request.POST.get("code", ""), handed_code=request.POST.get("handed", ""),
            kept=kept,
        )  # fmt: skip
        if codes is not None:
            target = _next(request, "/staff/")
            start_session(request, account, second_factor=True)
            return render(request, "eng_accounts/staff_paper_codes.html", {"codes": codes, "target": target})
        error = "登録コードか6桁の番号が違います。両方を確かめて、もう一度入力してください。"
    secret, address, request.session[ENROLMENT] = sign_in.begin_enrolment(account_id=account.pk, kept=kept)
    fields = [
        FormField(name="handed", kind="text", label="管理者から受け取った登録コード", error=error),
        FormField(name="code", kind="code", label="認証アプリに表示された6桁の番号"),
    ]
    return _ask(request, "eng_accounts/staff_enrol.html", fields, secret=secret, address=address)


@access(audience="staff_sign_in", methods=("POST",))
def staff_sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    request.session.flush()
    return redirect("eng_accounts_staff:staff_sign_in")
