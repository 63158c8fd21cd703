"""What every client may ask of itself."""

from __future__ import annotations

from datetime import date
from typing import cast
from uuid import UUID

from .models import ApiClient
from .operations import ApiRequest, Out, Router, operation

router = Router(tags=["接続 / connection"])


class ClientOut(Out):
    """The client behind the key."""

    id: UUID
    name: str
    division_id: int
    permissions: list[str]
    calls_per_minute: int
    ends_on: date


@operation(
    router,
    "GET",
    "/me",
    permission="",
    response=ClientOut,
    summary="このキーでできること",
    english="What this key may do",
)
def me(request: ApiRequest) -> ClientOut:
    row = ApiClient.objects.get(pk=cast("UUID", request.client_id))
    return ClientOut(
        id=row.pk, name=row.title, division_id=row.division_id, permissions=sorted(row.permissions),
        calls_per_minute=row.per_minute, ends_on=row.ends_on,
    )  # fmt: skip
