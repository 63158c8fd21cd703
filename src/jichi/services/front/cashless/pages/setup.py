"""窓口と料金表: what counters there are and what they charge, read from files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jichi.design.catalogue import field_message
from jichi.design.fields import FormField, Option, errors_for
from jichi.design.uploads import sent_table
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, parse_date
from jichi.kernel.errors import FieldError, Invalid
from jichi.kernel.tables import LineError

from .. import actions, queries, rules
from ..permissions import MANAGE
from .parts import UNPROCESSABLE

WHAT = {"desks": "窓口の一覧", "fees": "料金表"}


@access(audience="staff", permission=MANAGE, methods=("GET", "POST"))
def setup(request: SignedInRequest) -> HttpResponse:
    """A8: counters and fees as they are, and a file that changes them: all of it or nothing."""
    wrong: dict[str, FieldError] = {}
    lines: Sequence[LineError] = ()
    done = ""
    what = request.POST.get("what", "desks")
    if request.method == "POST":
        try:
            done = _taken(request, what)
        except actions.WrongFile as error:
            lines = error.lines
        except Invalid as error:
            wrong = dict(error.fields)
    fields = _fields(request, what, wrong)
    context = {
        "title": "窓口と料金表", "fields": fields, "errors": errors_for(fields), "done": done,
        "wrong": [(one.line or "", one.column, field_message(one.error, label=one.column)) for one in lines],
        "desks": [
            (one.code, one.name, one.division, one.registration_no, f"{one.confirm_over_yen:,}")
            for one in queries.desks()
        ],
        "lists": [
            (one.desk_code, one.desk_name, format_date(one.valid_from), len(one.fees), one.is_now)
            for one in queries.fee_lists()
        ],
        "desks_url": reverse("front_cashless:desks_export"), "fees_url": reverse("front_cashless:fees_export"),
    }  # fmt: skip
    return render(request, "front_cashless/setup.html", context, status=UNPROCESSABLE if wrong or lines else 200)


def _taken(request: SignedInRequest, what: str) -> str:
    """Take the file over; the sentence that says so."""
    if what not in WHAT:
        raise Invalid(fields={"what": FieldError("field.choose_one")})
    if what == "desks":
        _name, data = sent_table(request)
        return f"{actions.load_desks(actor=request.actor, data=data):,}の窓口を登録しました。"
    day = _day(request.POST.get("valid_from", ""))
    _name, data = sent_table(request)
    count = actions.load_fees(actor=request.actor, data=data, valid_from=day)
    return f"{format_date(day)}からの料金表に、{count:,}項目を登録しました。"


def _day(text: str) -> date:
    try:
        return parse_date(text)
    except ValueError:
        code = "field.unreadable_date" if text.strip() else "field.required"
        raise Invalid(fields={"valid_from": FieldError(code)}) from None


def _fields(request: SignedInRequest, what: str, wrong: dict[str, FieldError]) -> list[FormField]:
    return [
        FormField(
            name="what", label="何のファイルですか", noun="種類", kind="radio", value=what, error=wrong.get("what"),
            options=tuple(Option(key, words) for key, words in WHAT.items()),
        ),
        FormField(
            name="valid_from", label="いつからの料金ですか", noun="日", required=False, size=12,
            hint="料金表のとき。料金表がある窓口では、明日からの日にします。例: 2027-04-01",
            value=request.POST.get("valid_from", ""), error=wrong.get("valid_from"),
        ),
        FormField(
            name="file", label="ファイル(CSV)", noun="ファイル", kind="file", accept=".csv,.tsv,.txt",
            hint="下の「CSVで保存する」で今のものを保存し、書き換えて送ります。", error=wrong.get("file"),
        ),
    ]  # fmt: skip


@access(audience="staff", permission=MANAGE)
def desks_export(request: SignedInRequest) -> HttpResponse:
    """Counters as the file that changes them."""
    return _csv(queries.table_of_desks(), "desks")


@access(audience="staff", permission=MANAGE)
def fees_export(request: SignedInRequest) -> HttpResponse:
    """Fee lists that hold today, as the file that makes the next."""
    return _csv(rules.write_fees({one.desk_code: one.fees for one in queries.fee_lists() if one.is_now}), "fees")


def _csv(table: bytes, name: str) -> HttpResponse:
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}_{clock.today():%Y%m%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
