"""Use cases of webhooks: where a client wants to be told, telling it, changing the secret, telling it again."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import connection

from jichi.engines.accounts.sealing import seal
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.manifest import Webhook, load_manifests

from . import outgoing, rules
from .models import ApiClient, Delivery, Subscription
from .permissions import require_manager


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret as it is handed over: shown once."""

    id: UUID
    written: str


@lru_cache(maxsize=1)
def kinds() -> dict[str, Webhook]:
    """Every kind of event that a room tells programs of."""
    manifests = load_manifests(tuple(settings.JICHI_ROOMS))
    return {one.kind: one for manifest in manifests for one in manifest.webhooks}


def publish_event(*, actor: Actor, kind: str, subject: str, division_id: int, data: Mapping[str, object]) -> int:
    """Put an event into the outbox of every subscription that wants it, in the open unit; answers how many.

    Args:
        kind: one that a manifest names.
        subject: what it is about, opaque: events of one subject are delivered in their order.
        data: ids and kinds, never personal data: the receiver fetches with its key.
    """
    declared = kinds()[kind]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT api_publish(%s, %s, %s, %s, %s::jsonb, %s)",
            (kind, declared.permission, subject, division_id, json.dumps(dict(data), default=str), clock.now()),
        )
        return int(cursor.fetchone()[0])


def new_secret() -> str:
    """A secret that signs: as Standard Webhooks writes it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def subscribe(*, actor: Actor, client_id: UUID, url: str, wanted: Collection[str]) -> NewSecret:
    """Let a client be told of these kinds at this address.

    Raises:
        Forbidden. NotFound. Conflict: "api.client_over".
        Invalid: "url" is no public https address, "kinds" names none, or one that the client may not see.
    """
    require_manager(actor)
    wrong: dict[str, FieldError] = {}
    with unit(actor):
        client = ApiClient.objects.filter(pk=client_id).first()
        if client is None:
            raise NotFound
        if client.stopped_at is not None or client.ends_on < clock.today():
            raise Conflict("api.client_over")
        seen = {kind for kind, one in kinds().items() if one.permission in client.permissions}
        if not wanted or not set(wanted) <= seen:
            wrong["kinds"] = FieldError("api.kinds")
        code = _wrong_address(url.strip())
        if code:
            wrong["url"] = FieldError(code)
        if wrong:
            raise Invalid(fields=wrong)
        written = new_secret()
        row = Subscription.objects.create(
            client=client, url=url.strip(), kinds=sorted(set(wanted)), secret=seal(written), created_at=clock.now()
        )
        return NewSecret(row.pk, written)


def _wrong_address(url: str) -> str:
    """Code of what is wrong with the address; a name that is not known yet may come."""
    try:
        outgoing.resolved(url, outgoing.allowed())
    except outgoing.Refused as refused:
        return "api.url_internal" if str(refused) == "internal" else "api.url"
    except OSError:
        return ""
    return ""


def _locked(subscription_id: UUID) -> Subscription:
    row = Subscription.objects.select_for_update().filter(pk=subscription_id).first()
    if row is None:
        raise NotFound
    return row


def rotate_secret(*, actor: Actor, subscription_id: UUID) -> NewSecret:
    """A new secret; for a day every delivery is signed with both.

    Raises:
        Forbidden. NotFound. Conflict: "api.subscription_off".
    """
    require_manager(actor)
    with unit(actor):
        row = _locked(subscription_id)
        if row.state == "off":
            raise Conflict("api.subscription_off")
        written = new_secret()
        row.secret_before, row.secret = row.secret, seal(written)
        row.secret_before_until = clock.now() + timedelta(hours=rules.SECRET_OVERLAP_HOURS)
        row.save(update_fields=["secret", "secret_before", "secret_before_until"])
        return NewSecret(row.pk, written)


def unsubscribe(*, actor: Actor, subscription_id: UUID) -> None:
    """Tell it no more; what waits is not sent. Again it changes nothing. Raises Forbidden, NotFound."""
    require_manager(actor)
    with unit(actor):
        row = _locked(subscription_id)
        if row.state != "off":
            row.state, row.ended_at = "off", clock.now()
            row.save(update_fields=["state", "ended_at"])


def resume(*, actor: Actor, subscription_id: UUID) -> None:
    """An address that was switched off after days without an answer is tried again, with all that waits.

    Raises:
        Forbidden. NotFound. Conflict: "api.subscription_off".
    """
    require_manager(actor)
    with unit(actor):
        row = _locked(subscription_id)
        if row.state == "off":
            raise Conflict("api.subscription_off")
        row.state, row.failing_since = "active", None
        row.save(update_fields=["state", "failing_since"])


def replay(
    *, actor: Actor, subscription_id: UUID, key: UUID | None = None, since: datetime | None = None,
    until: datetime | None = None,
) -> int:  # fmt: skip
    """Send again, under the same ids: one delivery, or all of a span of time; answers how many.

    What still waits is left as it is. Raises Forbidden, NotFound, Conflict "api.subscription_off".
    """
    require_manager(actor)
    with unit(actor):
        row = _locked(subscription_id)
        if row.state == "off":
            raise Conflict("api.subscription_off")
        found = Delivery.objects.filter(subscription=row).exclude(state="pending")
        if key is not None:
            found = found.filter(key=key)
        if since is not None:
            found = found.filter(created_at__gte=since)
        if until is not None:
            found = found.filter(created_at__lt=until)
        now = clock.now()
        again = found.update(state="pending", failed=0, next_at=now, since=now, done_at=None, claim=None)
        if key is not None and not again:
            raise NotFound
        return again
