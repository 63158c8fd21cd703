"""Pages that go on while the line is away (`static/design/offline.js`): the script that keeps one of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.http import HttpResponse

WORKER: Final = Path(__file__).parent / "static" / "design" / "offline_worker.js"


def worker_response() -> HttpResponse:
    """The script that keeps a page: served from below the page's own address, it can keep no other."""
    return HttpResponse(
        WORKER.read_bytes(), content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "private, no-store"},
    )  # fmt: skip
