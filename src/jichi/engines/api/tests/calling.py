"""A client of the interface for tests of every room: let in, with a key, calling as a program does."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from jichi.engines.api import actions, pump, webhooks
from jichi.engines.audit.context import system_actor
from jichi.kernel import clock

SYSTEM = system_actor("test")


def let_in(
    division_code: str, permissions: Iterable[str], *, title: str = "試験の連携", per_minute: int = 60_000
) -> UUID:
    """A client until next month."""
    return actions.create_client(
        actor=SYSTEM, title=title, contact="試験の会社 03-0000-0000", division_code=division_code,
        permissions=tuple(permissions), ends_on=clock.today() + timedelta(days=30), per_minute=per_minute,
    )  # fmt: skip


@dataclass
class Program:
    """A program with a key. `answer` is the last one."""

    key: str
    http: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    @classmethod
    def of(cls, division_code: str, permissions: Iterable[str], **more: Any) -> Program:
        """A program let in just now."""
        client_id = let_in(division_code, permissions, **more)
        return cls(actions.make_key(actor=SYSTEM, client_id=client_id).written)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", **more} if self.key else more

    def get(self, path: str, **query: Any) -> HttpResponse:
        """GET below /api/v1/."""
        return self.http.get(f"/api/v1{path}", query, headers=self._headers({}))  # type: ignore[return-value] # test client's answer

    def post(
        self, path: str, body: Any = None, *, key: str | None = None, version: int | None = None,
        raw: bytes | None = None, media: str = "application/json",
    ) -> HttpResponse:  # fmt: skip
        """POST below /api/v1/ under a fresh `Idempotency-Key`, or the given one; "" for none."""
        headers = {"Idempotency-Key": secrets.token_hex(8) if key is None else key}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        data = raw if raw is not None else json.dumps(body).encode() if body is not None else b""
        return self.http.generic(  # type: ignore[return-value] # test client's answer
            "POST",
            f"/api/v1{path}",
            data,
            content_type=media,
            headers=self._headers({k: v for k, v in headers.items() if v}),
        )


def subscribed(client_id: UUID, url: str, wanted: Iterable[str]) -> str:
    """Have the client told of these kinds there; the secret that signs."""
    return webhooks.subscribe(actor=SYSTEM, client_id=client_id, url=url, wanted=tuple(wanted)).written


def deliver_all() -> None:
    """What is due goes out."""
    while pump.deliver():
        pass


def told(answer: HttpResponse) -> Any:
    """The JSON of an answer."""
    return json.loads(answer.content)


def refused(answer: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """The problem, after a look that it is the one."""
    found: dict[str, Any] = json.loads(answer.content)
    assert (answer.status_code, found.get("code")) == (status, code), found
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert found["detail"]
    assert found["detail_en"]
    return found
