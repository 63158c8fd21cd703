"""Notices of a published result (利用調整結果通知書) as PDF: a family's own, and print runs for who has no login."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.files.documents import render_pdf
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import NotFound
from jichi.kernel.receipt_number import format_number, parse_number

from .. import queries
from ..permissions import EDIT, VIEW
from ..queries import Listed, RoundView
from .families import own, protected_slots
from .reasons import reason_rows
from .wording import remedies_of
from .words import crumbs_of, file_response, run_or_404

LETTER: Final = Path(__file__).resolve().parent.parent / "templates" / "family_nursery" / "pdf" / "notice.typ"
BATCH: Final = 200
"""Families in one file of a print run."""
KINDS: Final = {"paper": "ログインのない世帯", "every": "すべての世帯"}
RESULTS: Final = {
    "ADMITTED": "内定", "TRANSFERRED": "内定(転園)", "STAYED": "転園できません(今の園のまま)", "WAITING": "保留",
}  # fmt: skip


def _paper(round_: RoundView, found: Sequence[Listed], *, addressed: bool) -> tuple[bytes, int]:
    """(PDF, notices in it): a page for each child that was in the run; protected persons are listed, not printed.

    Args:
        addressed: with the address of the register, for a window envelope.
    """
    run = round_.published_run or UUID(int=0)
    people = registry.residents([one.addressee_no for one in found if one.addressee_no]) if addressed else {}
    hidden = [one for one in found if addressed and (_kept_back(one, people))]
    names, protected = queries.facility_names(), protected_slots(round_)
    outcomes = queries.outcomes_of_families(run_id=run, application_ids=[one.id for one in found])
    pages = []
    with translation.override("ja"):
        for family in found:
            if family in hidden:
                continue
            person = people.get(family.addressee_no)
            for child in family.children:
                outcome = outcomes.get(child.id)
                if outcome is None:
                    continue
                pages.append(
                    {
                        "post": f"〒{person.postcode[:3]}-{person.postcode[3:]}" if person else "",
                        "address": person.address if person else "", "guardian": f"{family.guardian_name} 様",
                        "number": _number(family.code), "child": child.name, "birth": format_date(child.birth),
                        "group": f"{child.class_id}歳児クラス", "entry": format_date(round_.entry_on, "ja", "long"),
                        "result": RESULTS[outcome.status], "place": names.get(outcome.facility, outcome.facility),
                        "index": str(child.index), "rows": [
                            [str(row["rank"]), row["name"], _why(row)]
                            for row in reason_rows(child, outcome, names, protected)
                        ],
                    }
                )  # fmt: skip
    office = accounts.divisions([round_.division_id])[0]
    ward = settings.JICHI_WARD
    data = {
        "ward": ward, "office": office.names["ja"], "phone": office.phone, "round": round_.name,
        "day": format_date(clock.today(), "ja", "long"), "pages": pages,
        "left_out": [_number(one.code) for one in hidden], "mayor": f"{ward}長",
        "remedies": remedies_of(round_),
    }  # fmt: skip
    pdf = render_pdf(
        template=LETTER, data=data, title="保育所等利用調整結果通知書", language="ja", author=ward, made_at=clock.now()
    )
    return pdf, len(pages)


def _kept_back(one: Listed, people: Any) -> bool:
    """Is the address not to be printed (支援措置), or not known?"""
    person = people.get(one.addressee_no)
    return person is not None and (person.is_protected or person.address_hidden)


def _why(row: dict[str, Any]) -> str:
    words = [row["why"], *row["changes"]]
    if row["compared"] and row["cutoff"] is not None:
        words.insert(1, f"あなたの指数は{row['own']}、内定最終指数は{row['cutoff']}です。")
    return "".join(words)


def _number(code: str) -> str:
    return format_number(code) if parse_number(code) == code else code


@access(audience="resident")
def own_notice(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A family's own notice as PDF, a page for each child."""
    round_, found = own(request, id)
    if round_.published_run is None or found.withdrawn_at:
        raise NotFound
    pdf, pages = _paper(round_, [found], addressed=False)
    if not pages:
        raise NotFound
    return file_response(pdf, "nursery-notice.pdf", "application/pdf")


@access(audience="staff", permission=VIEW)
def listing(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A6: the print runs of a published result, in files of so many families."""
    round_, run = run_or_404(request, id)
    if round_.published_run != id:
        raise NotFound
    kinds = []
    for kind, words in KINDS.items():
        codes = queries.notice_codes(run_id=id, without_login=kind == "paper")
        batches = [
            (
                reverse("family_nursery:notice_file", args=[id, kind, codes[at]]), codes[at],
                codes[min(at + BATCH, len(codes)) - 1],
            )
            for at in range(0, len(codes), BATCH)
        ]  # fmt: skip
        kinds.append((kind, words, len(codes), batches))
    context = {
        "title": "結果通知書", "run": run, "kinds": kinds, "may": request.actor.may(EDIT),
        "breadcrumb": [*crumbs_of(round_), (f"{run.number}回目の計算", reverse("family_nursery:run", args=[id]))],
    }  # fmt: skip
    return render(request, "family_nursery/notices.html", context)


@access(audience="staff", permission=EDIT)
def notice_file(request: SignedInRequest, id: UUID, kind: str, first: str) -> HttpResponse:
    """One file of a print run, from a family's number on; that it was taken is recorded."""
    round_, _run = run_or_404(request, id)
    codes = queries.notice_codes(run_id=id, without_login=kind == "paper") if kind in KINDS else ()
    if round_.published_run != id or first not in codes:
        raise NotFound
    at = codes.index(first)
    wanted = codes[at : at + BATCH]
    pdf, pages = _paper(round_, queries.families_by_code(round_.id, wanted), addressed=True)
    audit.record(
        actor=request.actor, action="download", table="family_nursery_outcome", object_id=str(id),
        detail={"kind": kind, "families": len(wanted), "notices": pages},
    )  # fmt: skip
    return file_response(pdf, f"kekka_{first}.pdf", "application/pdf")
