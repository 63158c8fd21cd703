"""Names of procedures, of the pages of their forms and of their fields. Statements are counted in each docstring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jichi.engines.forms import queries as forms
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import NotFound

BEFORE = {":begin": "申請の始め方", ":who": "申請する人の確認"}
AFTER = {":sign": "署名", ":second": "もう1人の確認", ":check": "内容の確認と送信"}


@dataclass(frozen=True, slots=True)
class Known:
    """A procedure, as its figures are headed."""

    slug: str
    title: str
    division_id: int
    fields: dict[str, str]
    """Field id → what it is called."""


def known_procedures() -> dict[str, Known]:
    """Published procedures by slug. One statement, and one for each form this process has not read yet."""
    return {
        one.slug: Known(
            one.slug, one.definition.title["ja"], one.division_id,
            {name: field.name["ja"] for name, field in one.definition.fields.items()},
        )
        for one in forms.procedures()
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class VersionPages:
    """A version of a form: since when, and its pages in order with their headings."""

    title: str
    pages: tuple[tuple[str, str], ...]


def version_pages(version_id: int) -> VersionPages:
    """The pages of a version, with those before and after its questions. One statement."""
    try:
        found = forms.version(version_id)
    except NotFound:  # sums outlive a form
        return VersionPages("消された版", ())
    since = format_date(found.published_at.astimezone(clock.TOKYO).date())
    questions = [(page.id, page.heading["ja"]) for page in found.definition.pages]
    state = "" if found.published else "(公開終了)"
    return VersionPages(f"{since}に公開した版{state}", (*BEFORE.items(), *questions, *AFTER.items()))


def procedures_online(month: date) -> int | None:
    """公開手続数: how many procedures are published now; of past months nothing is known. One statement."""
    return len(forms.procedures()) if month == clock.today().replace(day=1) else None
