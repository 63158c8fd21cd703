"""How files leave, and how bodies that are too large come in."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.test import RequestFactory
from pytest_django import Settings

from jichi.engines.audit.context import Actor, system_actor
from jichi.engines.files import actions, queries, storage
from jichi.engines.files.errors import FileLost, FileRefused
from jichi.engines.files.handlers import MeasuringUploadHandler, OversizeUpload
from jichi.engines.files.views import download_response

from . import hostile


def stored(data: bytes, filename: str, media_type: str) -> queries.FileInfo:
    file = actions.store_bytes(
        actor=system_actor("test"), data=data, filename=filename, media_type=media_type, purpose="test"
    )
    return queries.get_file(file.id)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("media_type", "inline", "shown", "sandboxed"),
    [
        ("application/pdf", True, "inline", False),
        ("application/pdf", False, "attachment", True),
        ("image/png", True, "inline", True),
        ("text/csv", True, "attachment", True),
        ("text/html", True, "attachment", True),
        ("image/svg+xml", True, "attachment", True),
    ],
)
def test_headers(media_type: str, inline: bool, shown: str, sandboxed: bool) -> None:
    info = stored(b"<script>", "申請 書", media_type)
    response = download_response(info, inline=inline)
    assert b"".join(response.streaming_content) == b"<script>"  # type: ignore[arg-type]  # a plain iterator here
    response.close()
    assert response["Content-Type"].split(";")[0] == media_type
    assert response["Content-Disposition"].startswith(f"{shown}; ")
    assert "filename*=UTF-8''%E7%94%B3%E8%AB%8B%20%E6%9B%B8" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert ("sandbox" in response["Content-Security-Policy"]) is sandboxed
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Length"] == "8"


@pytest.mark.django_db
def test_a_lost_file_is_an_error_of_ours() -> None:
    info = stored(b"a", "a.pdf", "application/pdf")
    storage.remove(info.sha256)
    with pytest.raises(FileLost):
        download_response(info, inline=False)


@pytest.fixture
def handlers(settings: Settings) -> None:
    settings.FILE_UPLOAD_HANDLERS = ["jichi.engines.files.handlers.MeasuringUploadHandler"]
    settings.JICHI_UPLOAD_MAX_BYTES = 100_000


@pytest.mark.usefixtures("handlers")
def test_too_large_a_file_is_counted_not_kept_and_the_rest_of_the_form_survives(
    settings: Settings, tmp_path: Path
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    good = hostile.written(hostile.pdf())
    request = RequestFactory().post(
        "/",
        {
            "name": "花子",
            "big": _named(b"a" * 500_000, "写真.heic"),
            "good": _named(good, "a.pdf"),
            "after": "まだある",
        },
    )
    assert (request.POST["name"], request.POST["after"]) == ("花子", "まだある")
    big, small = request.FILES["big"], request.FILES["good"]
    assert isinstance(big, OversizeUpload)
    assert (big.size, big.read()) == (500_000, b"")
    assert isinstance(small, TemporaryUploadedFile)
    assert small.read() == good
    assert sum(p.stat().st_size for p in tmp_path.glob("*.upload*")) == len(good)
    with pytest.raises(FileRefused) as refused:
        actions.store_upload(actor=Actor(account_id=uuid.uuid4()), upload=big, purpose="test")
    assert refused.value.code == "file.too_large"
    assert refused.value.params == {
        "filename": "写真.heic",
        "name": "写真.heic",
        "limit_mb": 0.1,
        "size_mb": 0.5,
        "max": "0.1MB",
        "size": "0.5MB",
    }
    request.close()


@pytest.mark.usefixtures("handlers")
def test_a_hopeless_request_is_not_read() -> None:
    request = RequestFactory().post("/", {"big": _named(b"a" * 1_100_000, "a.pdf")})
    with pytest.raises(RequestDataTooBig):
        _ = request.POST
    request = RequestFactory().post("/", {"big": _named(b"a" * 900_000, "a.pdf")})
    assert isinstance(request.FILES["big"], OversizeUpload)
    assert MeasuringUploadHandler()._limit == 100_000
    request.close()


def _named(data: bytes, name: str) -> object:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, data)
