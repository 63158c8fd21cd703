"""Files of tables that come with a form."""

from __future__ import annotations

from django.http import HttpRequest

from jichi.kernel.errors import FieldError, Invalid
from jichi.kernel.tables import require_table


def sent_table(request: HttpRequest) -> tuple[str, bytes]:
    """Name and content of the file field `file`.

    Raises:
        Invalid: field "file": none was chosen, it is empty or too large (then it was not read).
    """
    upload = request.FILES.get("file")
    if upload is None:
        raise Invalid(fields={"file": FieldError("field.required")})
    require_table(None, size=upload.size)
    return upload.name or "", upload.read()
