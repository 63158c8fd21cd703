"""Employers' certificates (就労証明書): a parent asks by a link, the employer answers once, the office sees it came."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.files import actions as files
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, NotFound
from jichi.kernel.localized import LocalizedText

from ..models import Application, Certificate, Entry
from ..queries.links import open_certificate
from ..rules.entering import CERTIFICATE, WORKING, paper_name
from .entering import own_entry

VALID: Final = timedelta(days=30)
"""So long an employer may take; the parent may ask again."""
CAME: Final[LocalizedText] = {
    "ja": "勤め先から就労証明書が届きました", "easy": "会社から働いている証明が届きました",
    "en": "Your employer sent the certificate of employment", "zh-hans": "工作单位已提交就劳证明书",
    "ko": "직장에서 취업증명서가 도착했습니다",
}  # fmt: skip


def ask_certificate(*, actor: Actor, entry_id: UUID, place: int) -> UUID:
    """Ask the employer of guardian 1 or 2; a question that is still open is asked again with a new link.

    Raises:
        Forbidden; NotFound: not one's own, or this guardian does not work. Conflict: "nursery.withdrawn",
            "nursery.not_open" once the result is published.
    """
    with unit(actor):
        entry = own_entry(actor, entry_id)
        if entry.state == "withdrawn":
            raise Conflict("nursery.withdrawn")
        if entry.round.published_run_id:
            raise Conflict("nursery.not_open")
        guardians = entry.content.get("guardians", ())
        answers = guardians[place - 1].get("answers", {}) if 1 <= place <= len(guardians) else {}
        if answers.get("理由") != WORKING:
            raise NotFound
        Certificate.objects.filter(entry=entry, place=place, state="asked").update(state="replaced")
        now = clock.now()
        made = Certificate.objects.create(entry=entry, place=place, asked_at=now, expires_at=now + VALID)
        return made.pk


def answer_certificate(
    *, actor: Actor, token: str, content: Mapping[str, Any], upload: files.Upload | None = None
) -> None:
    """Keep what an employer certifies, once. The paper is missing no longer; the office compares it with the answers.

    Args:
        token: of the link: it alone is the right.
        content: as `rules.certificates.read_certificate` gives it.
        upload: the national form as PDF or picture.

    Raises:
        NotFound: a forged link. Conflict: "nursery.certificate_over": answered, replaced, expired or no longer needed.
            FileRefused.
    """
    system = system_actor("nursery.certificate", purpose="nursery")
    with unit(actor), unit(system):
        row = open_certificate(token)
        stored = files.store_upload(actor=system, upload=upload, purpose="nursery.certificate") if upload else None
        row.content, row.file, row.state, row.arrived_at = dict(content), stored, "arrived", clock.now()
        text = json.dumps([row.content, stored.blob_id if stored else ""], ensure_ascii=False, sort_keys=True)
        row.sha256 = hashlib.sha256(text.encode()).hexdigest()
        row.save()
        entry = row.entry
        if entry.application_id:
            _no_longer_missing(entry.application_id, paper_name(CERTIFICATE, row.place))
        inbox.put_item(
            actor=system, kind="notice", title=CAME, url_path=f"/nursery/apply/{entry.pk}/papers/",
            account_id=entry.account_id, subject_key=f"family_nursery:entry:{entry.pk}",
            dedupe_key=f"nursery:certificate:{row.pk}", about=entry.number,
        )  # fmt: skip


def _no_longer_missing(application_id: UUID, paper: str) -> None:
    row = Application.objects.select_for_update().get(pk=application_id)
    if paper in row.missing:
        row.missing = [one for one in row.missing if one != paper]
        row.revision, row.changed_at = row.revision + 1, clock.now()
        row.save(update_fields=["missing", "revision", "changed_at"])


def arrived_papers(entry: Entry) -> frozenset[str]:
    """The certificates of an application that have come, by their names among the papers."""
    places = Certificate.objects.filter(entry=entry, state="arrived").values_list("place", flat=True)
    return frozenset(paper_name(CERTIFICATE, place) for place in places)
