"""The tablet of a counter: a page that goes on while the line is away, and the door its sales come in by."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.fields import FormField
from jichi.design.offline import worker_response
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import FieldError, Invalid, JichiError

from .. import actions, queries, rules
from ..permissions import SELL
from .parts import CONFLICT, UNPROCESSABLE, desk_of, told
from .sales import item_fields, paying_fields

MOST_BODY: Final = 20_000
PROOF: Final = "X-Jichi-Tablet"
"""Header with what the tablet was given when it was paired."""


@access(audience="staff", permission=SELL)
def tablet(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A2: items and how they are paid; kept in the browser first."""
    desk = desk_of(request, id)
    list_id, fees = queries.fee_at(id, clock.today())
    state = {
        "desk": str(id), "list": str(list_id), "fees": [{"code": fee.code, "yen": fee.unit_yen} for fee in fees],
        "state_url": reverse("front_cashless:tablet_state", args=[id]),
        "send_url": reverse("front_cashless:tablet_send", args=[id]),
        "worker_url": reverse("front_cashless:tablet_worker", args=[id]),
        "pair_url": reverse("front_cashless:tablet_pair", args=[id]),
    }  # fmt: skip
    context = {
        "title": f"{desk.name}のタブレット", "breadcrumb": [(desk.name, reverse("front_cashless:desk", args=[id]))],
        "fields": [*item_fields(request, fees, {}), *paying_fields(request, {})], "state": state,
        "pair_fields": [FormField(
            name="code", label="登録の番号", hint="係長が「この窓口の端末」で出す8けたの数字です。", size=10,
        )],
        "has_fees": bool(fees), "sell_url": reverse("front_cashless:sell", args=[id]), "narrow": True,
        # What is typed here outlasts a session: the page stays when it ends.
        "session_seconds": 0,
    }  # fmt: skip
    return render(request, "front_cashless/tablet.html", context)


@access(audience="staff", permission=SELL)
def state(request: SignedInRequest, id: UUID) -> HttpResponse:
    """Is the house there, and who asks still signed in? With the token for sending."""
    desk_of(request, id)
    return JsonResponse({"token": get_token(request)}, headers={"Cache-Control": "private, no-store"})


@access(audience="staff", permission=SELL)
def worker(request: SignedInRequest, id: UUID) -> HttpResponse:
    """The script that keeps the page; it stands below the page, so it can keep no other."""
    desk_of(request, id)
    return worker_response()


@access(audience="staff", permission=SELL, methods=("POST",))
def pair(request: SignedInRequest, id: UUID) -> HttpResponse:
    """The number that a chief read out, typed into the tablet: it gets its key, this once."""
    desk_of(request, id)
    try:
        code = json.loads(request.body[:MOST_BODY])["code"]
        proof = actions.pair_tablet(actor=request.actor, desk_id=id, code=str(code))
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"text": told(Invalid("cashless.tablet"))}, status=UNPROCESSABLE)
    except JichiError as error:
        return JsonResponse({"text": told(error)}, status=CONFLICT)
    return JsonResponse({"proof": proof}, headers={"Cache-Control": "private, no-store"})


@access(audience="staff", permission=SELL, methods=("POST",))
def send(request: SignedInRequest, id: UUID) -> HttpResponse:
    """One sale of the tablet, as JSON; sent again it is the same sale."""
    desk_of(request, id)
    try:
        given = _given(request.body)
        tablet_id = actions.known_tablet(actor=request.actor, desk_id=id, proof=request.headers.get(PROOF, ""))
        sold = actions.sell(
            actor=request.actor, desk_id=id, key=given["key"], counts=given["counts"], tender=_tender(given),
            fee_list_id=given["list"], device_at=given["at"], expected_total=given["total"],
            tablet_id=tablet_id,
        )  # fmt: skip
    except Invalid as error:
        first = next(iter(error.fields.values()), FieldError(error.code, error.params))
        text = catalogue.field_message(first, label="売上")
        return JsonResponse({"code": first.code, "text": f"受け取ってもらえませんでした: {text}"}, status=UNPROCESSABLE)
    except JichiError as error:
        return JsonResponse({"code": error.code, "text": f"まだ入っていません: {told(error)}"}, status=CONFLICT)
    found = queries.sale(sold)
    late = (
        f"({format_date(found.belongs_on)}の分。{format_date(found.on)}に入れました)" if found and found.is_late else ""
    )
    url = reverse("front_cashless:sale", args=[sold])
    return JsonResponse({"number": found.number if found else "", "url": url, "late": late})


def _given(body: bytes) -> dict[str, Any]:
    """What the tablet sent, in our types. Raises Invalid "cashless.tablet"."""
    try:
        raw = json.loads(body[:MOST_BODY])
        at = datetime.fromisoformat(raw["at"])
        counts = {str(code): int(count) for code, count in raw["counts"].items()}
        given = {
            "key": UUID(raw["key"]), "list": UUID(raw["list"]), "at": at, "total": int(raw["total"]), "counts": counts,
            "way": str(raw["way"]), "slip_no": str(raw["slip_no"]),
            "tendered": None if raw["tendered"] is None else int(raw["tendered"]),
        }  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Invalid("cashless.tablet") from error
    if at.tzinfo is None:
        raise Invalid("cashless.tablet")
    return given


def _tender(given: dict[str, Any]) -> rules.Tender:
    way = given["way"]
    if way == rules.CASH:
        return rules.Tender(method=rules.CASH, tendered_yen=given["tendered"])
    return rules.Tender(method=queries.brands().get(way, ""), brand=way, slip_no=given["slip_no"])
