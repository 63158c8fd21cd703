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
from jichi.engines.files.queries import file_info
from jichi.engines.forms.rules import DefinitionError
from jichi.engines.forms.sheets import read_xlsx
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, NotFound
from jichi.kernel.localized import LocalizedText

from ..models import Application, Certificate, Entry
from ..queries.certificate_form import form_on
from ..queries.links import open_certificate
from ..rules.certificate_sheet import read_sheet
from ..rules.entering import CERTIFICATE, WORKING, paper_name
from .entering import own_entry

KINDS: Final = ("pdf", "image", "xlsx")
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_MOVED: Final = 5
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
        upload: the form as PDF or picture, which is kept, or as Excel, which is read by the form in force too.

    Raises:
        NotFound: a forged link. Conflict: "nursery.certificate_over": answered, replaced, expired or no longer needed.
            FileRefused.
    """
    system = system_actor("nursery.certificate", purpose="nursery")
    with unit(actor), unit(system):
        row = open_certificate(token)
        stored, read = None, None
        if upload:
            stored = files.store_upload(actor=system, upload=upload, purpose="nursery.certificate", allow=KINDS)
            read = _read(upload, row.entry.round.division_id) if file_info(stored).media_type == XLSX else None
        content = {**content, "read": read} if read else content
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


def _read(upload: files.Upload, division_id: int) -> dict[str, Any]:
    """What the spreadsheet says, with the cells, or why it was not read; the file is kept in each case."""
    upload.seek(0)
    try:
        sheets = read_xlsx(upload.read())
    except DefinitionError:
        return {"problem": "unreadable"}
    found = read_sheet(form_on(division_id, clock.today()), tuple(one.cells for one in sheets))
    if found is None:
        return {"problem": "no_layout"}
    if found.moved:
        return {"problem": "moved", "moved": list(found.moved[:MOST_MOVED])}
    return {"values": dict(found.values), "origins": dict(found.origins), "unread": dict(found.unread)}


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
