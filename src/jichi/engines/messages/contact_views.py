"""連絡先と通知の設定: mail, telephone and LINE of a person, and by which of them each topic comes."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jichi.design.fields import FormField, Option, errors_for
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.errors import Invalid
from jichi.kernel.localized import LANGUAGES, NATIVE_NAME, path_in

from . import contacts, queries
from .actions import set_preference
from .backends import channels_on, line_backend, sms_backend
from .rules import CODE_MINUTES, ChannelName

PROOF = "contact_proof"
CHAT_CODE = "contact_chat_code"


def topic_name(topic: str) -> str:
    """What a topic of messages is about, in words."""
    names = {
        "cases": _("申請の進み具合"),
        "drafts": _("書きかけの申請の期限"),
        "payments": _("支払い"),
        "reminders": _("期限が近いことのお知らせ"),
        "security": _("ログインと安全のお知らせ"),
    }
    return names.get(topic) or _("そのほかのお知らせ")


def _channel_names(account_id: UUID, offered: frozenset[str]) -> dict[ChannelName, str]:
    """The channels by which this person can be reached, as a form calls them."""
    points = queries.contact_points(account_id)
    found: dict[ChannelName, str] = {}
    if "line" in offered and "line" in points:
        found["line"] = _("LINE")
    if "sms" in offered and "sms" in points:
        found["sms"] = _("SMS")
    found["mail"] = _("メール")
    return found


def _topic_fields(account_id: UUID, names: dict[ChannelName, str]) -> list[FormField]:
    return [
        FormField(
            name=f"topic-{choice.topic}", kind="checkboxes", label=topic_name(choice.topic), required=False,
            show_mark=False, inline=True, value=[c for c in names if c in choice.wanted],
            options=tuple(Option(c, words) for c, words in names.items()),
        )
        for choice in queries.choices(account_id)
        if choice.refusable
    ]  # fmt: skip


_TAGS: Final = {"easy": "ja", "zh-hans": "zh-Hans"}


def _language_field(language: str) -> FormField:
    return FormField(
        name="language", kind="select", label=_("お知らせの言葉"), value=language,
        hint=_("日本語でない言葉を選ぶと、メールには日本語も付きます。"),
        options=tuple(Option(code, NATIVE_NAME[code], noruby=True, lang=_TAGS.get(code, code)) for code in LANGUAGES),
    )  # fmt: skip


def _save(request: SignedInRequest, names: dict[ChannelName, str]) -> None:
    """Write down what differs from before."""
    language = request.POST.get("language", "")
    if language in LANGUAGES and language != request.signed_in.language:
        accounts.set_language(actor=request.actor, account_id=request.signed_in.account_id, language=language)
    for choice in queries.choices(request.signed_in.account_id):
        if not choice.refusable:
            continue
        wanted = set(request.POST.getlist(f"topic-{choice.topic}"))
        for channel in names:
            if (channel in wanted) != (channel in choice.wanted):
                set_preference(actor=request.actor, topic=choice.topic, channel=channel, wanted=channel in wanted)


@access(audience="resident", methods=("GET", "POST"))
def overview(request: SignedInRequest) -> HttpResponse:
    """A2: where I can be reached, and by which way each kind of notice comes."""
    account_id = request.signed_in.account_id
    offered = channels_on()
    names = _channel_names(account_id, offered)
    if request.method == "POST":
        _save(request, names)
        response = redirect(request.path)
        response["Location"] += "?saved=1"
        return response
    context = {
        "title": _("連絡先と通知の設定"), "my_url": path_in(request.LANGUAGE_CODE, "/my/"),
        "email": request.signed_in.email,
        "points": queries.contact_points(account_id), "offers_sms": "sms" in offered, "offers_line": "line" in offered,
        "fields": [*_topic_fields(account_id, names), _language_field(request.signed_in.language)],
        "several": len(names) > 1, "notices": _notices(request),
        "always": [topic_name(c.topic) for c in queries.choices(account_id) if not c.refusable],
    }  # fmt: skip
    return render(request, "eng_messages/contact.html", context)


def _notices(request: HttpRequest) -> list[dict[str, str]]:
    """What was just done, when the address says so."""
    words = {
        "saved": _("設定を保存しました。"),
        "phone": _("電話番号を登録しました。"),
        "ended": _("登録を外しました。これから、そこへは送りません。"),
    }
    return [{"tone": "done", "title": "", "text": text} for name, text in words.items() if name in request.GET]


def _client(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR") or "local")


@access(audience="resident", fresh=True, methods=("GET", "POST"))
def phone(request: SignedInRequest) -> HttpResponse:
    """A2: a mobile number; a code is sent to it."""
    if "sms" not in channels_on():
        return redirect("eng_messages_contact:contact")
    typed, error = request.POST.get("phone", "")[:40], None
    if request.method == "POST":
        try:
            proof = contacts.request_phone_code(
                actor=request.actor, number=typed, language=request.LANGUAGE_CODE, client=_client(request)
            )
        except Invalid as refused:
            error = refused.fields["phone"]
        else:
            request.session[PROOF] = str(proof)
            return redirect("eng_messages_contact:phone_code")
    field = FormField(
        name="phone", kind="phone", label=_("携帯電話の番号"), value=typed, error=error, autocomplete="tel", size=16,
        hint=_("SMSで6桁の確認コードを送ります。例 090-1234-5678"),
    )  # fmt: skip
    return _asked(request, "eng_messages/phone.html", field, title=_("電話番号の登録"))


@access(audience="resident", fresh=True, methods=("GET", "POST"))
def phone_code(request: SignedInRequest) -> HttpResponse:
    """A2: the code from the SMS."""
    proof = request.session.get(PROOF)
    if not proof or "sms" not in channels_on():
        return redirect("eng_messages_contact:contact")
    error = ""
    if request.method == "POST":
        code = request.POST.get("code", "")[:40]
        if contacts.confirm_phone(actor=request.actor, proof_id=UUID(proof), code=code):
            del request.session[PROOF]
            response = redirect("eng_messages_contact:contact")
            response["Location"] += "?phone=1"
            return response
        error = _("確認コードが違うか、期限が切れています。SMSの数字を確かめるか、もう一度送ってください。")
    field = FormField(
        name="code", kind="code", label=_("確認コード"), error=error, autocomplete="one-time-code", size=6,
        hint=_("SMSに書かれた6桁の数字です。10分間使えます。"),
    )  # fmt: skip
    return _asked(request, "eng_messages/phone_code.html", field, title=_("確認コードの入力"))


def _asked(request: HttpRequest, template: str, field: FormField, *, title: str) -> HttpResponse:
    errors, channel = errors_for([field]), sms_backend()
    quiet = channel is not None and (channel.told.hours.opens, channel.told.hours.closes) != (0, 24)
    context = {"title": title, "fields": [field], "errors": errors, "quiet": quiet}
    return render(request, template, context, status=422 if errors else 200)


@access(audience="resident", fresh=True, methods=("GET", "POST"))
def line(request: SignedInRequest) -> HttpResponse:
    """A2: a code to be sent to our LINE account; a POST makes it, a GET shows it while it lasts."""
    channel = line_backend() if "line" in channels_on() else None
    if channel is None:
        return redirect("eng_messages_contact:contact")
    if request.method == "POST":
        request.session[CHAT_CODE] = contacts.issue_chat_code(actor=request.actor)
        return redirect(request.path)
    code = request.session.get(CHAT_CODE, "")
    linked = queries.contact_points(request.signed_in.account_id).get("line")
    if linked:
        request.session.pop(CHAT_CODE, None)
        code = ""
    context = {
        "title": _("LINEの登録"), "code": f"{code[:4]}-{code[4:]}" if code else "", "minutes": CODE_MINUTES,
        "add_url": channel.told.add_url, "linked": linked,
    }  # fmt: skip
    return render(request, "eng_messages/line.html", context)


@access(audience="resident", methods=("POST",))
def end(request: SignedInRequest) -> HttpResponse:
    """Take the telephone or the chat off."""
    contacts.end_contact(actor=request.actor, channel=request.POST.get("channel", ""))
    response = redirect("eng_messages_contact:contact")
    response["Location"] += "?ended=1"
    return response
