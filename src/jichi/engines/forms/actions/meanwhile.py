"""What happened to a form while somebody typed in it: they are told, once, and nothing they typed is touched."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.engines.messages.actions import send_message
from jichi.kernel import clock
from jichi.kernel.errors import NotFound
from jichi.kernel.localized import LANGUAGES, LocalizedText, pick

from ..models import Draft, FormVersion
from ..queries import ProcedureInfo, draft, procedure
from ..rules import ENTERED, changed_since

BATCH: Final = 500
_TITLES: Final[dict[str, LocalizedText]] = {
    "closed": {
        "ja": "「{title}」の受付が終わりました",
        "easy": "「{title}」は、もう申請できません",
        "en": "Applications have closed: {title}",
        "zh-hans": "已停止受理：{title}",
        "ko": "접수가 끝났습니다: {title}",
    },
    "changed": {
        "ja": "「{title}」の質問が変わりました",
        "easy": "「{title}」の質問が変わりました",
        "en": "The questions have changed: {title}",
        "zh-hans": "问题有变更：{title}",
        "ko": "질문이 바뀌었습니다: {title}",
    },
    "reopened": {
        "ja": "「{title}」の受付がまた始まりました",
        "easy": "「{title}」は、また申請できます",
        "en": "You can apply again: {title}",
        "zh-hans": "已重新开始受理：{title}",
        "ko": "접수가 다시 시작되었습니다: {title}",
    },
}


def _key(draft_id: UUID, state: str) -> str:
    return f"eng_forms:draft:{draft_id}:{state}"


def tell_later(procedure_id: int) -> None:
    """Queue `tell_drafts` with the open transaction, where anybody is typing in the procedure at all."""
    from ..tasks import tell_drafts as job

    with unit(system_actor("forms.meanwhile")):
        if Draft.objects.filter(procedure_id=procedure_id, submitted_at=None, corrects=None).exists():
            job.defer(procedure_id=procedure_id)


def forget_told(actor: Actor, draft_id: UUID) -> None:
    """What was said about the draft is settled: it was gone on with, thrown away, or its days are over."""
    for state in ("open", "closed"):
        inbox.close_items(actor=actor, subject_key=_key(draft_id, state))


def tell_drafts(*, actor: Actor, procedure_id: int) -> int:
    """Tell everybody with an open draft on a closed version that it ended, or that its questions are others.

    Whose questions all stay as they are is not troubled, unless they were told before that it had ended. Each is told
    once for each version that came; run twice it tells nobody twice. What an official enters from paper is nobody's.

    Returns:
        how many there are to be told.
    """
    with unit(actor):
        slug = FormVersion.objects.filter(procedure_id=procedure_id).values_list("procedure__slug", flat=True).first()
        if slug is None:
            raise NotFound("forms.no_procedure")
        newest = procedure(slug)
        found = Draft.objects.filter(
            procedure_id=procedure_id, submitted_at=None, corrects=None, version__state="closed",
            expires_at__gt=clock.now(),
        ).exclude(applies_as__in=ENTERED)  # fmt: skip
        ids = list(found.order_by("pk").values_list("pk", flat=True))
    told = 0
    for start in range(0, len(ids), BATCH):
        with unit(actor):
            told += sum(_tell(actor, newest, draft_id) for draft_id in ids[start : start + BATCH])
    return told


def _tell(actor: Actor, newest: ProcedureInfo, draft_id: UUID) -> bool:
    held = Draft.objects.select_for_update(of=("self",)).filter(
        pk=draft_id, submitted_at=None, version__state="closed"
    )  # fmt: skip
    if not held.exists():
        return False
    view = draft(draft_id)
    state, other = ("open", "closed") if newest.published else ("closed", "open")
    said = inbox.close_items(actor=actor, subject_key=_key(draft_id, other))
    if newest.published and not said and not changed_since(view.definition, newest.definition, view.answers):
        return False
    word = "closed" if not newest.published else "reopened" if said else "changed"
    once = f"{_key(draft_id, state)}:{newest.definition.version}"
    inbox.put_item(
        actor=actor, kind="notice", title=_title(word, newest), url_path=f"/apply/{draft_id}/",
        subject_key=_key(draft_id, state), account_id=view.account_id, dedupe_key=once,
    )  # fmt: skip
    send_message(
        actor=actor, template=f"forms.{word}", account_id=view.account_id, dedupe_key=once,
        params={"url_path": f"/apply/{draft_id}/", "due_on": view.expires_at.astimezone(clock.TOKYO).date()},
    )  # fmt: skip
    return True


def _title(word: str, newest: ProcedureInfo) -> LocalizedText:
    return {
        language: _TITLES[word][language].format(title=pick(newest.definition.title, language).text)
        for language in LANGUAGES
    }
