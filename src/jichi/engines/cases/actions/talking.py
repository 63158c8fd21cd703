"""やり取り: messages between applicant and office on a case, with files; told to the other side, read once opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.engines.files import actions as files
from jichi.engines.files.actions import Upload
from jichi.engines.files.errors import FileRefused
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid

from .. import permissions, rules
from ..models import Case, CaseFile, CaseMessage
from .changing import locked_case, staff_path, tell_applicant
from .standing import require_standing

MAX_MESSAGE: Final = 2000
MAX_FILES: Final = 3
FILE_PURPOSE: Final = "cases.message"


def send_message(
    *, actor: Actor, case_id: UUID, text: str, dedupe_key: str, language: str = "ja", uploads: Sequence[Upload] = ()
) -> UUID:
    """Write to the other side: an official to the applicant, the applicant to the office. Answers the message's id.

    The notice says only that there is a message. It moves no state and no clock.

    Args:
        dedupe_key: of the page it was written on; pressed twice one message is sent.

    Raises:
        Invalid: "message.empty", "field.too_long", "file.too_many", or a file that can't be taken ("files").
        NotFound: not this actor's case. Forbidden: an official who may only read.
        Conflict: "message.no_account": an applicant without a login reads nothing here.
    """
    words = text.replace("\r\n", "\n").strip()
    _check(words, uploads)
    with unit(actor):
        case = locked_case(case_id)
        side, author = _side(actor, case)
        key = f"{case.pk}:{side}:{dedupe_key}"
        before = CaseMessage.objects.filter(dedupe_key=key).first()
        if before is not None:
            return UUID(str(before.pk))
        if case.account_id is None:
            raise Conflict("message.no_account", number=case.number)
        message = CaseMessage.objects.create(
            case=case, side=side, author_id=author, text=words, language=language, at=clock.now(),
            dedupe_key=key,
        )  # fmt: skip
        _attach(actor, case, message, uploads)
        _tell(actor, case, message)
        return UUID(str(message.pk))


def _check(words: str, uploads: Sequence[Upload]) -> None:
    if not words:
        raise Invalid(fields={"text": FieldError("message.empty")})
    if len(words) > MAX_MESSAGE:
        raise Invalid(fields={"text": FieldError("field.too_long", {"limit": MAX_MESSAGE, "length": len(words)})})
    if len(uploads) > MAX_FILES:
        raise Invalid(fields={"files": FieldError("file.too_many", {"max": MAX_FILES})})


def _side(actor: Actor, case: Case) -> tuple[str, UUID]:
    if actor.account_id is None:
        raise Forbidden
    if actor.kind == "resident":
        permissions.require_applicant(actor, case)
        require_standing(actor, case)
        return "resident", actor.account_id
    permissions.require_staff(actor, case, permissions.HANDLE)
    return "staff", actor.account_id


def _attach(actor: Actor, case: Case, message: CaseMessage | None, uploads: Sequence[Upload]) -> None:
    if actor.account_id is None:
        raise Forbidden
    for upload in uploads:
        try:
            stored = files.store_upload(actor=actor, upload=upload, purpose=FILE_PURPOSE)
        except FileRefused as error:
            raise Invalid(fields={"files": FieldError(error.code, error.params)}) from error
        CaseFile.objects.create(
            case=case, message=message, file_id=stored.pk, added_at=clock.now(), added_by_id=actor.account_id
        )


def attach_scan(actor: Actor, case: Case, upload: Upload) -> None:
    """The scanned paper of an application that an official entered.

    Raises:
        Invalid: "files", when it can't be taken.
    """
    _attach(actor, case, None, [upload])


def _tell(actor: Actor, case: Case, message: CaseMessage) -> None:
    if message.side == "staff":
        tell_applicant(actor, case, "message", key=f"message:{message.pk}")
        return
    inbox.put_item(
        actor=actor, division_id=case.division_id, kind="check", title=case.title, about=case.number,
        url_path=f"{staff_path(case)}messages/", subject_key=rules.subject_key(case.pk), permission=permissions.VIEW,
        dedupe_key=f"message:{message.pk}", assignee_id=case.assignee_id,
    )  # fmt: skip


def mark_messages_read(*, actor: Actor, case_id: UUID) -> int:
    """The actor opened the thread: what the other side wrote counts as read. Answers how many were unread.

    An official's look counts for the whole office.

    Raises:
        NotFound: not this actor's case.
    """
    with unit(actor):
        case = Case.objects.filter(pk=case_id).first()
        if case is not None and actor.kind == "resident":
            permissions.require_applicant(actor, case)
        other = "staff" if actor.kind == "resident" else "resident"
        return CaseMessage.objects.filter(case_id=case_id, side=other, read_at=None).update(read_at=clock.now())
