"""お試しメール箱: what the sandbox mail server took, and switches for its faults. In the demo only; else 404."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jichi.design.fields import FormField, Option
from jichi.engines.accounts.access import access

from . import mailbox

FAULT_WORDS = {
    "": gettext_lazy("ふつうに受け取る"),
    "refuse": gettext_lazy("接続を断る"),
    "451": gettext_lazy("「あとでもう一度」と答える(451)"),
    "550": gettext_lazy("「宛先がない」と答える(550)"),
    "drop": gettext_lazy("受け取ったあと、返事をせずに接続を切る"),
    "die": gettext_lazy("受け取ったあと、返事をせずに停止する"),
    "slow": gettext_lazy("返事を5秒待たせる"),
}


def folder() -> Path:
    """Where the demo's sandbox server keeps its mails."""
    found: Path = settings.JICHI_HOME / "mailbox"
    return found


def _telephones() -> list[tuple[str, str]]:
    """The pages of the sandboxes for SMS and LINE, where they stand in."""
    words = {"sms": _("お試しの電話(SMS)を見る"), "line": _("お試しのLINEを見る")}
    peers = settings.JICHI_PEERS
    return [(words[name], f"{peers[name]['url']}/") for name in words if peers.get(name, {}).get("kind") == "sandbox"]


def _only_in_demo() -> None:
    if not settings.JICHI_DEMO:
        raise Http404


def _fields(fault: mailbox.Fault) -> list[FormField]:
    return [
        FormField(
            name="mode", label=_("このサーバーのふるまい"), kind="select", value=fault.mode,
            options=tuple(Option(mode, str(FAULT_WORDS[mode])) for mode in mailbox.FAULTS),
        ),
        FormField(
            name="times", label=_("何通に対して"), kind="number", value=str(fault.times or ""), required=False, size=4,
            hint=_("空のままにすると、次に変えるまで続きます。"),
        ),
    ]  # fmt: skip


@access(audience="public", methods=("GET", "POST"))
def mailbox_list(request: HttpRequest) -> HttpResponse:
    """The newest mails; a POST sets a fault or empties the box."""
    _only_in_demo()
    if request.method == "POST":
        if request.POST.get("act") == "empty":
            mailbox.empty(folder())
        else:
            times = request.POST.get("times", "").strip()
            mode = request.POST.get("mode", "")
            if mode in mailbox.FAULTS:
                count = int(times) if times.isascii() and times.isdigit() and len(times) <= 4 else 0
                mailbox.set_fault(folder(), mailbox.Fault(mode, count if mode else 0))
        return redirect("eng_messages:mailbox")
    to = request.GET.get("to", "")[:254]
    fault = mailbox.read_fault(folder())
    return render(
        request,
        "eng_messages/mailbox.html",
        {
            "title": _("お試しメール箱"), "mails": mailbox.mails(folder(), to=to), "to": to, "fields": _fields(fault),
            "fault": str(FAULT_WORDS[fault.mode]) if fault.mode else "", "wide": True,
            "telephones": _telephones(),
        },
    )  # fmt: skip


@access(audience="public")
def mailbox_mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail."""
    _only_in_demo()
    found = mailbox.mail(folder(), name)
    if found is None:
        raise Http404
    links = [line for line in found.body.splitlines() if line.startswith(f"{settings.JICHI_ORIGIN}/")]
    return render(
        request,
        "eng_messages/mail.html",
        {"title": found.subject, "own_heading": True, "mail": found, "links": links},
    )
