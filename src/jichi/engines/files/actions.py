"""The use cases of files: take an upload in, store what the platform made, keep, discard, sweep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q

from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import NotFound

from . import inspection, scanning, storage
from .errors import FileRefused
from .events import FileCleared, FileCondemned
from .models import Blob, Rendition, RetentionRule, StoredFile
from .rules.names import safe_filename
from .rules.refusal import Refused

DAY_S = 24 * 3600


class Upload(Protocol):
    """What `store_upload` needs of Django's UploadedFile."""

    @property
    def name(self) -> str | None:
        """As the sender calls it; not trusted."""

    @property
    def size(self) -> int | None:
        """In bytes; not trusted."""

    def seek(self, offset: int, /) -> int: ...
    def read(self, size: int = ..., /) -> bytes: ...


def store_upload(*, actor: Actor, upload: Upload, purpose: str, allow: Sequence[str] = ("pdf", "image")) -> StoredFile:
    """Take in a file from outside, or raise FileRefused (codes in `errors`); refused, nothing is kept.

    Args:
        actor: who brings it; its account becomes `created_by`.
        upload: Django's UploadedFile.
        purpose: what it is for ("applications.attachment"); the retention rule hangs on it.
        allow: kinds accepted: "image", "pdf", "docx", "xlsx", "csv", "text".

    The type is judged by content only. Images are decoded and written anew (JPEG or PNG, upright,
    without EXIF); all else is searched for anything active and kept byte for byte. While the malware
    scanner is away the file is stored in state "waiting" and nobody may open it.
    """
    data = _read_limited(upload)
    given = upload.name or ""
    found = _inspect(data, filename=safe_filename(given), allow=tuple(allow))
    filename = safe_filename(given, found.media_type)
    # The scanner sees what was sent, not what was made of it: re-encoding could hide what it knows.
    verdict = scanning.scan(data)
    if verdict.state == "refused":
        raise FileRefused("file.unsafe", filename=filename, reason="malware")
    with unit(actor):
        file = _insert(
            actor,
            data=found.data,
            filename=filename,
            media_type=found.media_type,
            purpose=purpose,
            verdict=verdict,
        )
        if found.thumbnail is not None:
            Rendition.objects.create(
                file=file,
                kind="thumbnail",
                blob=_blob(found.thumbnail.data),
                media_type=found.thumbnail.media_type,
                width=found.thumbnail.width,
                height=found.thumbnail.height,
            )
    return file


def store_bytes(*, actor: Actor, data: bytes, filename: str, media_type: str, purpose: str) -> StoredFile:
    """Store what the platform itself made (a rendered PDF, an export): not inspected, ready at once."""
    with unit(actor):
        return _insert(
            actor,
            data=data,
            filename=safe_filename(filename, media_type),
            media_type=media_type,
            purpose=purpose,
            verdict=scanning.Verdict(state="ready"),
        )


def discard_file(*, actor: Actor, file_id: UUID) -> None:
    """Forget the file; its content goes with the next sweep unless another file has the same.

    Errors: NotFound; ProtectedError where a room still refers to it.
    """
    with unit(actor):
        file = StoredFile.objects.select_for_update().filter(pk=file_id).first()
        if file is None:
            raise NotFound("file.not_found")
        file.delete()


def keep_file_until(*, actor: Actor, file_id: UUID, day: date | None) -> None:
    """Set the last day of retention (保存期限), e.g. when a case is closed; None keeps it open-ended."""
    with unit(actor):
        if not StoredFile.objects.filter(pk=file_id).update(keep_until=day):
            raise NotFound("file.not_found")


def set_retention(*, actor: Actor, purpose: str, keep_days: int, basis: str) -> None:
    """How long files of a purpose stored from now on are kept; `basis` names the ward's rule."""
    with unit(actor):
        RetentionRule.objects.update_or_create(purpose=purpose, defaults={"keep_days": keep_days, "basis": basis})


def rescan_waiting(*, actor: Actor, limit: int = 100) -> dict[str, int]:
    """Ask the scanner again about what waits, oldest first; stops while it is still away.

    Returns: how many became "ready", "refused" and still wait ("waiting": 1 where it was asked in vain).
    """
    counts = {"ready": 0, "refused": 0, "waiting": 0}
    waiting = StoredFile.objects.filter(state=StoredFile.State.WAITING).order_by("created_at")
    for file_id, sha256 in list(waiting.values_list("id", "blob_id")[:limit]):
        try:
            with storage.open_blob(sha256) as content:
                verdict = scanning.scan(content.read())
        except FileNotFoundError:
            verdict = scanning.Verdict(state="refused", result="lost")
        if verdict.state != "waiting":
            _settle(actor, file_id, sha256, verdict)
        counts[verdict.state] += 1
        if verdict.state == "waiting":
            break
    return counts


def _settle(actor: Actor, file_id: UUID, sha256: str, verdict: scanning.Verdict) -> None:
    """Write down what the scanner said; malware leaves the disk at once, its row stays as the record."""
    facts = {"state": verdict.state, "scan_result": verdict.result, "scanned_at": clock.now()}
    clean = verdict.state == "ready"
    with unit(actor):
        Blob.objects.select_for_update().filter(pk=sha256).first()  # a writer of the same content waits
        which = Q(pk=file_id, state=StoredFile.State.WAITING) if clean else Q(blob_id=sha256)
        concerned = list(StoredFile.objects.filter(which))
        StoredFile.objects.filter(pk__in=[file.pk for file in concerned]).update(**facts)
        for file in concerned:
            announce(
                FileCleared(file_id=file.id, purpose=file.purpose)
                if clean
                else FileCondemned(file_id=file.id, purpose=file.purpose, created_by=file.created_by)
            )
        if not clean:
            Rendition.objects.filter(file__blob_id=sha256).delete()
            storage.remove(sha256)


def sweep_orphans(*, actor: Actor, older_than_s: float = DAY_S) -> int:
    """Delete content that no file names and nobody stored within `older_than_s` seconds.

    Safe beside writers: both lock the content's row, and a writer looks at the disk only after it
    has the lock. Returns how many pieces of content were deleted.
    """
    storage.sweep_incoming(older_than_s=older_than_s)
    cutoff = clock.now() - timedelta(seconds=older_than_s)
    unnamed = Blob.objects.filter(seen_at__lte=cutoff, files=None, renditions=None)
    count = 0
    for sha256 in list(unnamed.values_list("sha256", flat=True)):
        count += _sweep_one(actor, sha256, _DROP_UNNAMED, (sha256, cutoff))
    for sha256 in list(storage.stored(older_than_s=older_than_s)):
        count += _sweep_one(actor, sha256, _CLAIM_UNKNOWN, (sha256, cutoff))
    return count


_UPSERT_BLOB = """
    INSERT INTO eng_files_blob (sha256, size, seen_at) VALUES (%s, %s, %s)
    ON CONFLICT (sha256) DO UPDATE SET seen_at = greatest(eng_files_blob.seen_at, excluded.seen_at)
"""
_DROP_UNNAMED = """
    DELETE FROM eng_files_blob b WHERE b.sha256 = %s AND b.seen_at <= %s
      AND NOT EXISTS (SELECT FROM eng_files_storedfile f WHERE f.sha256 = b.sha256)
      AND NOT EXISTS (SELECT FROM eng_files_rendition r WHERE r.sha256 = b.sha256)
"""
# A row of our own for the moment of deleting: a writer of the same content waits for us.
_CLAIM_UNKNOWN = """
    INSERT INTO eng_files_blob (sha256, size, seen_at) VALUES (%s, 0, %s) ON CONFLICT (sha256) DO NOTHING
"""


def _sweep_one(actor: Actor, sha256: str, statement: str, parameters: tuple[str, datetime]) -> int:
    with unit(actor), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        if cursor.rowcount != 1:
            return 0
        storage.remove(sha256)
        Blob.objects.filter(sha256=sha256).delete()
        return 1


def _read_limited(upload: Upload) -> bytes:
    limit: int = settings.JICHI_UPLOAD_MAX_BYTES
    filename = safe_filename(upload.name or "")
    size = upload.size or 0
    if size <= limit:
        upload.seek(0)
        data = upload.read(limit + 1)  # never more than this in memory, whatever `size` claims
        if data and len(data) <= limit:
            return data
        if not data:
            raise FileRefused("file.empty", filename=filename)
        size = max(size, len(data))
    limit_mb, size_mb = _megabytes(limit), _megabytes(size)
    raise FileRefused(
        "file.too_large",
        filename=filename,
        limit_mb=limit_mb,
        size_mb=size_mb,
        max=f"{limit_mb:g}MB",
        size=f"{size_mb:g}MB",
    )


def _megabytes(size: int) -> float:
    """Rounded up to a tenth, so that a file just over the limit does not look as if it were within."""
    return -(-size * 10 // (1024 * 1024)) / 10


def _inspect(data: bytes, *, filename: str, allow: tuple[str, ...]) -> inspection.Inspected:
    try:
        return inspection.examine_apart(data, allow)
    except Refused as refused:
        if refused.code == "file.type":
            raise FileRefused("file.type", filename=filename, found=refused.reason, allowed=", ".join(allow)) from None
        code = "file.password" if refused.reason == "encrypted" else refused.code
        raise FileRefused(code, filename=filename, reason=refused.reason) from None


def _blob(data: bytes) -> Blob:
    """The row first (it locks the content until commit), then the disk; see `sweep_orphans`."""
    sha256 = storage.digest_of(data)
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT_BLOB, (sha256, len(data), now))
    storage.put(sha256, data)
    return Blob(sha256=sha256, size=len(data), seen_at=now)


def _insert(
    actor: Actor, *, data: bytes, filename: str, media_type: str, purpose: str, verdict: scanning.Verdict
) -> StoredFile:
    rule = RetentionRule.objects.filter(purpose=purpose).first()
    return StoredFile.objects.create(
        blob=_blob(data),
        media_type=media_type,
        filename=filename,
        purpose=purpose,
        state=verdict.state,
        scan_result=verdict.result,
        scanned_at=clock.now() if verdict.result and verdict.state != "waiting" else None,
        created_by=actor.account_id,
        created_at=clock.now(),
        keep_until=clock.today() + timedelta(days=rule.keep_days) if rule else None,
    )
