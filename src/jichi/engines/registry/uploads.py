"""Files of the register sent from a browser: streamed into the server's folder, whole or not at all."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.urls import reverse

from jichi.engines.audit.actions import record
from jichi.engines.audit.context import Actor, unit
from jichi.kernel.errors import FieldError, Forbidden, Invalid

from .mappings import folder
from .permissions import IMPORT

MEGABYTE: Final = 1024 * 1024
LARGEST: Final = 60
"""Megabytes of one request, just below what the web server reads at all."""
_NAME: Final = re.compile(r"[^./\\\x00-\x1f][^/\\\x00-\x1f]{0,150}\.(?:csv|txt)", re.IGNORECASE)


def largest() -> int:
    """Bytes that can be sent at once: JICHI_REGISTER["upload_mb"] megabytes, 60 if not set."""
    return int(getattr(settings, "JICHI_REGISTER", {}).get("upload_mb", LARGEST)) * MEGABYTE


class ArrivingFile(UploadedFile[bytes]):
    """A file on its way, in the folder where it will lie; gone with the request unless it was kept."""

    def __init__(self, name: str, content_type: str) -> None:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        place = NamedTemporaryFile(dir=folder(), prefix=".arriving-")  # noqa: SIM115 - closed with the request
        super().__init__(place, name, content_type, 0, None)

    @property
    def path(self) -> Path:
        """Where its bytes are."""
        return Path(str(getattr(self.file, "name", "")))

    def close(self) -> None:
        """Close and remove it; if it was kept under its name, there is nothing to remove."""
        with suppress(FileNotFoundError):
            super().close()


class RegisterUploadHandler(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS: takes what people who may import send to the page of loads, else nothing.

    Writes piece by piece into the folder. What is more than the limit is counted to its end and not kept.
    """

    chunk_size = 1 << 20

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Whether this request is ours: its address, and who sends it (known before any body is read)."""
        request = self.request
        actor = getattr(request, "actor", None)
        self._ours = (
            request is not None and request.path_info == reverse("eng_registry:upload_load")
            and actor is not None and actor.may(IMPORT)
        )  # fmt: skip
        self._left = largest()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """The next file of the form."""
        super().new_file(*args, **kwargs)
        if self._ours:
            self.file = ArrivingFile(str(self.file_name), str(self.content_type or ""))
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write a piece, while all of the request together is within the limit."""
        if not self._ours:
            return raw_data
        if self._left > 0:
            self._left -= len(raw_data)
            if self._left > 0:
                self.file.write(raw_data)
            else:
                self.file.truncate(0)
        return None

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        """The whole file; of one that was too large only its size."""
        if not self._ours:
            return None
        self.file.flush()
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        """The browser went away: nothing stays."""
        if hasattr(self, "file"):
            self.file.close()


def keep_upload(*, actor: Actor, file: UploadedFile[bytes]) -> str:
    """Give a file that arrived its name in the server's folder, in the place of one of the same name; that name.

    Raises:
        Forbidden: the actor may not import.
        Invalid: it is empty, or its name is not one of a CSV file ("registry.not_a_file"); it was too large
            ("registry.upload_too_large").
    """
    if not actor.may(IMPORT):
        raise Forbidden("forbidden", permission=IMPORT)
    name = file.name or ""
    if isinstance(file, ArrivingFile) and (file.size or 0) > file.path.stat().st_size:
        raise Invalid("registry.upload_too_large", limit=largest() // MEGABYTE)
    if not isinstance(file, ArrivingFile) or not _NAME.fullmatch(name) or not file.size:
        raise Invalid("registry.not_a_file", fields={"file": FieldError("registry.not_a_file")})
    with unit(actor):
        record(
            actor=actor, action="register_upload", table="eng_registry_registerload", object_id="",
            detail={"file": name, "size": file.size},
        )  # fmt: skip
        file.path.replace(folder() / name)
    return name
