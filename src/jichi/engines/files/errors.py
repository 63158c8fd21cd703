"""Refusals of this room. Codes: file.empty, file.too_large, file.type, file.unsafe, file.unreadable,
file.scanner_away, file.refused, file.lost.
"""

from __future__ import annotations

from jichi.kernel.errors import Invalid, JichiError, Unavailable


class FileRefused(Invalid):
    """The upload can't be accepted. `params` always holds `filename`; by code also:

    file.too_large: limit_mb, size_mb (rounded up to 0.1). file.type: found (a kind of
    `rules.signatures` or "unknown"), allowed (kinds, comma-separated). file.unsafe and
    file.unreadable: reason (a short English key for logs and tests, not for people).
    """

    code = "file.unsafe"


class FileWaiting(Unavailable):
    """The malware scanner has not answered yet: nobody may open the file until it has."""

    code = "file.scanner_away"


class FileLost(JichiError):
    """The row exists and the content does not, or is not what was stored. A matter for the operator."""

    code = "file.lost"
