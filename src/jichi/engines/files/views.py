"""How a file leaves the house. No addresses of its own: the owner room's view decides who may have it."""

from __future__ import annotations

from django.http import FileResponse

from . import queries
from .queries import FileInfo
from .rules.names import content_disposition, safe_filename

INLINE_TYPES = frozenset({"image/jpeg", "image/png", "application/pdf"})
"""What a browser may show by itself. All else is handed over for saving, whatever was asked."""

_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
_SANDBOXED = f"{_POLICY}; sandbox"


def download_response(info: FileInfo, *, inline: bool) -> FileResponse:
    """The content with headers under which no browser runs anything in it.

    Call it only after the owner room's permission check. Errors: FileWaiting, FileRefused, FileLost.
    """
    shown = inline and info.media_type in INLINE_TYPES
    media_type = info.media_type
    if media_type.startswith("text/"):
        media_type = f"{media_type}; charset=utf-8"
    response = FileResponse(queries.open_content(info), content_type=media_type)
    response["Content-Length"] = str(info.size)
    response["Content-Disposition"] = content_disposition(safe_filename(info.filename), inline=shown)
    response["X-Content-Type-Options"] = "nosniff"
    # Chromium shows no PDF inside a sandbox; PDFs were searched for anything active when they came in.
    response["Content-Security-Policy"] = _POLICY if shown and info.media_type == "application/pdf" else _SANDBOXED
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
