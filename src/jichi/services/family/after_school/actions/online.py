"""Applications that came through 電子申請, and telling parents who got a place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.cases.queries import CaseRecord
from jichi.engines.forms import queries as forms
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden
from jichi.kernel.localized import LocalizedText

from .. import rules
from ..models import Club, Enrolment, Term
from ..permissions import EDIT
from ..rules import Applied

SYSTEM: Final = system_actor("after_school", purpose="after-school clubs")
BY_HAND: Final[LocalizedText] = {"ja": "学童クラブの申込みを手で入れてください"}
"""For officials: the accepted application could not come in by itself."""
RESULTS: Final[dict[bool, LocalizedText]] = {
    True: {
        "ja": "学童クラブを利用できます", "easy": "学童クラブに 行けます",
        "en": "There is a place in the after-school club", "zh-hans": "可以利用学童俱乐部",
        "ko": "방과후 클럽을 이용할 수 있습니다",
    },
    False: {
        "ja": "学童クラブを利用できません", "easy": "学童クラブに 行けません",
        "en": "There is no place in the after-school club", "zh-hans": "无法利用学童俱乐部",
        "ko": "방과후 클럽을 이용할 수 없습니다",
    },
}  # fmt: skip


def take_case(*, actor: Actor, case: CaseRecord) -> UUID | None:
    """The child of an accepted case among those that wait for a place; told again it is the same. Its id.

    None where a person has to enter it (the child uses a club or waits already, nobody knows the parent's number, the
    answers name no club): that waits in the division's list of work. The decision stands either way.

    Raises:
        Forbidden: not the platform.
    """
    if actor.kind != "system":
        raise Forbidden
    with unit(SYSTEM):
        clubs = {club.code: club for club in Club.objects.all()}
        asked = rules.applied_from(forms.submission(case.submission_id).answers, clubs=clubs)
        known = Enrolment.objects.filter(case_id=case.id).first()
        if known is not None:
            return known.pk
        waits = Enrolment.objects.filter(child_no=case.subject_no, state__in=("applied", "approved"), last_month=None)
        if asked is None or not case.subject_no or not case.applicant_no or waits.exists():
            inbox.put_item(
                actor=SYSTEM, division_id=case.division_id, assignee_id=case.assignee_id, kind="read", title=BY_HAND,
                url_path=f"/staff/cases/{case.written_number}/", subject_key=f"after_school:case:{case.id}",
                about=case.number, permission=EDIT, dedupe_key=f"after_school:case:{case.id}",
            )  # fmt: skip
            return None
        return _enrol(case, asked, clubs[asked.club])


def _enrol(case: CaseRecord, asked: Applied, club: Club) -> UUID:
    reference = f"受付 {case.written_number}"
    row = Enrolment.objects.create(
        child_no=case.subject_no, payer_no=case.applicant_no, club=club, division_id=club.division_id,
        grade=asked.grade, applied_on=case.received_at.astimezone(clock.TOKYO).date(),
        first_month=asked.first_month, case_id=case.id, case_number=case.written_number,
    )  # fmt: skip
    told = [("class", asked.income_class), ("ground", asked.ground)]
    Term.objects.bulk_create(
        Term(enrolment=row, kind=kind, word=word, first_month=asked.first_month, decision_ref=reference,
             recorded_at=clock.now())
        for kind, word in told if word
    )  # fmt: skip
    return row.pk


def tell_places(*, rows: Sequence[Enrolment], approve: bool) -> int:
    """Parents with a login hear whether there is a place; inside the deciding unit. How many."""
    told = 0
    for row in rows:
        login = accounts.account_of_person(row.payer_no)
        if login is not None:
            inbox.put_item(
                actor=SYSTEM, account_id=login, kind="notice", title=RESULTS[approve], url_path=f"/clubs/{row.pk}/",
                subject_key=f"after_school:enrolment:{row.pk}", dedupe_key=f"after_school:place:{row.pk}:{approve}",
            )  # fmt: skip
            told += 1
    return told
