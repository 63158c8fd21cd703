"""後の手続 in words: what is due after a case, and which case this one follows, for applicants and officials."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.design.parts import Fact
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_days_left
from jichi.kernel.localized import path_in, pick
from jichi.kernel.money import Yen, format_yen

from .presentation import staff_status_word
from .queries import CaseRecord, FollowUpView, follow_ups_of, followed_of


def dues_of(case: CaseRecord, language: str) -> list[dict[str, str]]:
    """What the applicant has to send afterwards: title, by when, what it is, and where; or what was sent for it."""
    return [_due(case, due, language) for due in follow_ups_of(case.id)]


def _due(case: CaseRecord, due: FollowUpView, language: str) -> dict[str, str]:
    title = pick(due.title, language).text
    if not due.is_open:
        own = due.account_id == case.account_id
        url = reverse("eng_cases_items:item", args=[due.written_number]) if own else ""
        return {"title": title, "sent": due.written_number, "url": url, "due": "", "text": "", "go": ""}
    return {
        "title": title, "sent": "", "due": format_days_left(due.due_on, language, today=clock.today()),
        "text": pick(due.text, language).text if due.text else "",
        "url": path_in(language, f"/procedures/{due.procedure}/"),
        "go": _("%(title)sを提出する") % {"title": title},
    }  # fmt: skip


def followed_facts(case: CaseRecord, language: str) -> list[Fact]:
    """Which of the applicant's cases this one follows."""
    before = followed_of(case.submission_id)
    if before is None:
        return []
    url = reverse("eng_cases_items:item", args=[before.written_number])
    what = format_html('<a href="{}">{} {}</a>', url, pick(before.title, language).text, before.written_number)
    return [Fact(label=_("前の申請"), value=what)]


def facts_of_following(record: CaseRecord) -> list[Fact]:
    """For officials: the case before with what was granted, and what is due after this one."""
    rows, before, today = [], followed_of(record.submission_id), clock.today()
    if before is not None:
        granted = f"(交付決定額 {format_yen(Yen(before.granted_yen))})" if before.granted_yen is not None else ""
        rows.append(Fact(label="前の案件", value=_linked(before.written_number, f"{before.title['ja']}{granted}")))
    for due in follow_ups_of(record.id):
        if due.status is not None:
            told: object = _linked(due.written_number, staff_status_word(due.status))
        else:
            late = "(期限を過ぎています)" if due.is_overdue(today) else "(まだ)"
            told = f"{format_date(due.due_on)}まで{late}"
        rows.append(Fact(label=due.title["ja"], value=told))
    return rows


def _linked(number: str, words: str) -> SafeString:
    return format_html('<a href="{}">{}</a> {}', reverse("eng_cases_staff:case", args=[number]), number, words)
