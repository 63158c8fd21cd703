"""印刷: the PDFs of a run, part by part; killed anywhere it goes on, and no part is made twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, unit
from jichi.engines.files import actions as files
from jichi.engines.files import queries as stored
from jichi.engines.files.queries import FileInfo
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import NotFound

from .. import papers, permissions
from ..drawing import draw
from ..models import Slip, SlipPart, SlipRun
from ..rules import PRINTERS, Sender, Window, ranges

PART: Final = 250
"""Slips in one PDF: as many as keep memory small."""
PURPOSE: Final = "slips.print"


def print_run(*, actor: Actor, run_id: UUID, lane: int = 0, lanes: int = 1) -> None:
    """Make the PDFs that a run still lacks; several workers share it, each beginning at its own.

    Args:
        lane: this worker's place, from 0; what the others leave behind is done last.
    """
    with unit(actor):
        run = SlipRun.objects.select_related("terms").filter(pk=run_id).first()
    if run is None or run.state == "done":
        return
    wanted = ranges(run.total, PART)
    for number, first, last in sorted(wanted, key=lambda part: (part[0] % lanes != lane, part[0])):
        with unit(actor):
            if _claimed(run, number) and not SlipPart.objects.filter(run=run, number=number).exists():
                _print(actor, run, number, first, last)
    with unit(actor):
        locked = SlipRun.objects.select_for_update().get(pk=run.pk)
        if locked.state != "done" and SlipPart.objects.filter(run=run).count() == len(wanted):
            locked.state, locked.ended_at = "done", clock.now()
            locked.save(update_fields=["state", "ended_at"])
            _tell(actor, locked)


def _tell(actor: Actor, run: SlipRun) -> None:
    """終わりのお知らせ: who issued the run, or the division, may take the files now."""
    inbox.put_item(
        actor=actor, division_id=run.division_id, assignee_id=run.account_id, kind="read",
        title={"ja": f"納付書の印刷用のファイルができました({run.total:,}枚)"}, url_path=f"/staff/slips/runs/{run.pk}/",
        subject_key=f"eng_slips:run:{run.pk}", permission=permissions.ISSUE, dedupe_key=f"slips:{run.pk}",
    )  # fmt: skip


def _claimed(run: SlipRun, number: int) -> bool:
    """Whether this worker alone makes the part; the claim ends with the transaction, however it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", (f"slips:{run.pk}:{number}",))
        row = cursor.fetchone()
    return bool(row and row[0])


def _print(actor: Actor, run: SlipRun, number: int, first: int, last: int) -> None:
    rows = Slip.objects.filter(run=run, position__gte=first, position__lte=last).order_by("position")
    pdf = _drawn(rows, run, large=run.large)
    file = files.store_bytes(
        actor=actor, data=pdf, filename=f"slips-{run.created_at:%Y%m%d}-{number:03}.pdf",
        media_type="application/pdf", purpose=PURPOSE,
    )  # fmt: skip
    SlipPart.objects.create(run=run, number=number, first=first, last=last, file=file)


def _drawn(rows: Iterable[Slip], run: SlipRun, *, large: bool) -> bytes:
    terms, division = run.terms, accounts.divisions([run.division_id])[0]
    sender = Sender(
        ward=settings.JICHI_WARD, division=division.names["ja"], phone=division.phone, places=terms.places,
        apps=terms.apps, limit_yen=terms.limit_yen,
    )  # fmt: skip
    return draw(
        [papers.paper_of(slip, limit_yen=terms.limit_yen) for slip in rows], sender=sender,
        printer=PRINTERS[terms.dpi], window=Window(**terms.window), large=large, made_at=run.created_at,
    )  # fmt: skip


def slip_pdf(*, actor: Actor, slip_id: UUID, large: bool = False) -> bytes:
    """One slip as PDF, as it was issued. Who may have it decides the room that ordered it: a payer gets their own.

    Raises:
        NotFound: no such slip that the actor sees.
    """
    with unit(actor):
        slip = Slip.objects.select_related("run__terms").filter(pk=slip_id).first()
        if slip is None:
            raise NotFound
        audit.record(actor=actor, action="download", table="eng_slips_slip", object_id=str(slip.pk))
        return _drawn([slip], slip.run, large=large)


def take_file(*, actor: Actor, run_id: UUID, number: int) -> FileInfo:
    """A printed file of a run for saving; who took it is recorded.

    Raises:
        Forbidden: without the right to issue. NotFound: no such part in this official's division.
    """
    permissions.require(actor, permissions.ISSUE)
    with unit(actor):
        part = SlipPart.objects.filter(run_id=run_id, number=number).first()
        if part is None:
            raise NotFound
        audit.record(
            actor=actor, action="download", table="eng_slips_slippart", object_id=str(part.pk),
            detail={"run": str(run_id), "slips": part.last - part.first + 1},
        )  # fmt: skip
        return stored.get_file(part.file_id)
