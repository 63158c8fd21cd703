"""Receiving the body: an upload that is too large is counted to its end but kept nowhere.

Named in Django's FILE_UPLOAD_HANDLERS. The form's other fields and files survive, so the page can say
which file was too large and that the rest is saved.
"""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

REQUEST_FACTOR = 10
"""A whole request may be this many times the limit of one file; beyond, it is not read at all."""


class OversizeUpload(UploadedFile[bytes]):
    """Stands for a file that was larger than allowed: its name and true size, without content."""


class MeasuringUploadHandler(TemporaryFileUploadHandler):
    """Writes to a temporary file until the limit is passed, then drops it and only counts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._counted = 0
        self._limit: int = settings.JICHI_UPLOAD_MAX_BYTES

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[Any, Any] | None:
        """Refuse a request that is hopeless by its stated length before reading it."""
        if content_length > self._limit * REQUEST_FACTOR:
            raise RequestDataTooBig("the request is too large")
        return super().handle_raw_input(input_data, META, content_length, boundary, encoding)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """One handler serves all files of a request: count each from zero."""
        super().new_file(*args, **kwargs)
        self._counted = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keep the chunk while the file is within the limit."""
        self._counted += len(raw_data)
        if self._counted <= self._limit:
            return super().receive_data_chunk(raw_data, start)
        self.file.truncate(0)
        return None

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        """The temporary file, or what stands for a file that was too large."""
        if self._counted <= self._limit:
            return super().file_complete(file_size)
        self.file.close()
        return OversizeUpload(
            file=io.BytesIO(), name=self.file_name, content_type=self.content_type, size=self._counted
        )
