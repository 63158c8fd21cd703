"""The instruction on remedies (教示) for officials: what stands on notices now, and a new wording from a day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render

from jichi.design.fields import FormField, Option, errors_for
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, parse_date
from jichi.kernel.errors import FieldError, Invalid

from .. import actions, queries
from ..permissions import EDIT, VIEW
from ..queries import RoundView
from ..rules.remedies import PLACES, filled, read_remedies
from .words import UNPROCESSABLE, tabs


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def remedies(request: SignedInRequest) -> HttpResponse:
    """A2: the wordings of the division by day; the one in force as it reads on a notice."""
    own = accounts.divisions(sorted(request.actor.divisions))
    posted = {name: request.POST.get(name, "") for name in ("division", "valid_from", "text", "appeal_months",
              "suit_months")}  # fmt: skip
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        try:
            _keep(request, posted)
            return redirect("family_nursery:remedies")
        except Invalid as error:
            wrong = dict(error.fields)
    division = next((one.id for one in own if str(one.id) == posted["division"]), own[0].id if own else 0)
    now = queries.remedies_on(division, clock.today())
    if request.method != "POST":
        posted |= {
            "text": now.text, "appeal_months": str(now.appeal_months), "suit_months": str(now.suit_months),
        }  # fmt: skip
    fields = _fields(own, division, posted)
    fields = [field.with_error(wrong[field.name]) if field.name in wrong else field for field in fields]
    found = queries.wordings(request.actor.divisions)
    context = {
        "title": "教示", "tabs": tabs(request, "remedies"), "fields": fields, "errors": errors_for(fields),
        "now": filled(now, ward=settings.JICHI_WARD), "may": request.actor.may(EDIT),
        "own": any(one.valid_from <= clock.today() and one.division_id == division for one in found),
        "rows": [
            (format_date(one.valid_from), filled(one.wording, ward=settings.JICHI_WARD), one.changed_by)
            for one in found
        ],
    }  # fmt: skip
    return render(request, "family_nursery/remedies.html", context, status=UNPROCESSABLE if wrong else 200)


def _fields(own: Sequence[accounts.DivisionInfo], division: int, posted: Mapping[str, str]) -> list[FormField]:
    return [
        FormField(
            name="division", label="担当課", kind="select", value=str(division),
            options=tuple(Option(str(one.id), one.names["ja"]) for one in own),
        ),
        FormField(
            name="valid_from", label="この日に公表する結果から使う", value=posted["valid_from"], size=12,
            hint="例: 2027-04-01",
        ),
        FormField(
            name="text", label="教示の文", kind="textarea", rows=9, value=posted["text"],
            hint=f"入れる言葉: {'、'.join(f'{{{name}}}({words})' for name, words in PLACES.items())}",
        ),
        FormField(name="appeal_months", label="審査請求の月数", kind="number", value=posted["appeal_months"], size=4),
        FormField(name="suit_months", label="訴えの月数", kind="number", value=posted["suit_months"], size=4),
    ]  # fmt: skip


def _keep(request: SignedInRequest, posted: dict[str, str]) -> None:
    wording, wrong = read_remedies(posted)
    day = clock.today()
    try:
        day = parse_date(posted["valid_from"])
    except ValueError:
        wrong["valid_from"] = FieldError("field.unreadable_date")
    if wrong or wording is None:
        raise Invalid(fields=wrong)
    division = posted["division"]
    actions.set_remedies(
        actor=request.actor, division_id=int(division) if division.isdecimal() and len(division) < 18 else 0,
        valid_from=day, wording=wording,
    )  # fmt: skip


def remedies_of(round_: RoundView) -> str:
    """The instruction on remedies of a published round: the wording of the day on which it was published."""
    run = queries.run_published(round_.published_run) if round_.published_run else None
    day = run.astimezone(clock.TOKYO).date() if run else clock.today()
    return filled(queries.remedies_on(round_.division_id, day), ward=settings.JICHI_WARD)
