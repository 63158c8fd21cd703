"""What this room does with the facts of the rooms below: in the transaction that announces them."""

from __future__ import annotations

import json

from django.db import connection

from jichi.engines.accounts.events import GuestHandedOver
from jichi.engines.api.events import SubscriptionFailed
from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

from . import actions
from .models import SearchEntry, WorkItem


def on_subscription_failed(event: SubscriptionFailed) -> None:
    """An address of a program did not answer for days: who let the program in reads it."""
    if event.let_in_by is None:
        return
    actions.put_item(
        actor=system_actor("inbox.api"), account_id=event.let_in_by, kind="read",
        title={"ja": f"APIの通知先が5日間返事をしないため、止めました({event.client})"},
        url_path=f"/staff/admin/api/webhooks/{event.subscription_id}/",
        subject_key=f"eng_api:subscription:{event.subscription_id}",
    )  # fmt: skip


def on_guest_handed_over(event: GuestHandedOver) -> None:
    """What waited for somebody without a login waits for the login they proved; the search box finds it there."""
    actor = system_actor("inbox.guest")
    with unit(actor):
        for item in list(WorkItem.objects.filter(account_id=event.guest_id, state="open").order_by("id")):
            actions.put_item(
                actor=actor, account_id=event.account_id, kind=item.kind, title=item.title, url_path=item.url_path,
                subject_key=item.subject_key, due_on=item.due_on, about=item.about, dedupe_key=item.dedupe_key,
            )  # fmt: skip
            actions.close_items(actor=actor, subject_key=item.subject_key, account_id=event.guest_id)
        for entry in list(SearchEntry.objects.filter(account_id=event.guest_id)):
            _found_by(entry, event)


def _found_by(entry: SearchEntry, event: GuestHandedOver) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT search_put(%s, %s, %s, %s, NULL, %s, %s::jsonb, %s::jsonb, %s, %s, %s, %s)",
            (
                entry.key, entry.kind, entry.audience, event.account_id, entry.permission, json.dumps(entry.title),
                json.dumps(entry.summary), entry.url_path, entry.about, entry.folded, clock.now(),
            ),
        )  # fmt: skip
