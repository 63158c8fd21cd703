"""Applying without a login: the draft that begins it, links by mail that open it again, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import connection

from jichi.engines.accounts import guests
from jichi.engines.accounts.queries import SignedIn
from jichi.engines.accounts.sign_in import TooManyTries
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.messages.actions import send_message
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid

from ..queries import DraftView, draft, draft_views, procedure
from ..rules import may_begin_as_guest
from ..rules.values import read_email
from .starting import require_open, start_draft

PLATFORM: Final = system_actor("forms.guest", purpose="guest")
MAILS_AN_HOUR: Final = 5
"""Links to one address within an hour; from one network address 30. Renewed links of one application: so many a day."""
BATCH: Final = 500
_IDLE: Final = timedelta(days=1)
"""Without any draft for so long, a guest is forgotten."""


def start_guest_draft(*, actor: Actor, slug: str, language: str, client: str) -> tuple[SignedIn, DraftView]:
    """A draft of somebody who does not sign in, and the account that holds it: one for each application.

    Args:
        actor: nobody, or a guest who begins another application.
        client: network address of the visitor, for the limit.

    Raises:
        Conflict: "forms.identify" where the procedure asks who it is; "forms.not_open_yet", "forms.closed".
        TooManyTries, Forbidden: as `guests.begin_guest`; NotFound, NotEligible: as `start_draft`.
    """
    found = procedure(slug)
    if not may_begin_as_guest(found.definition):
        raise Conflict("forms.identify", level=found.definition.identification)
    require_open(found)
    with unit(PLATFORM):
        guest = guests.begin_guest(actor=actor, language=language, client=client)
        acting = guest.actor(actor.request_id, actor.purpose)
        return guest, start_draft(actor=acting, slug=slug, language=language)


def mail_link(*, actor: Actor, draft_id: UUID, email: str, client: str) -> str:
    """Mail the guest a link to their own application; news of it go to that address from now on.

    Returns:
        The address in its normal form.

    Raises:
        NotFound: no such draft, or not the actor's. Invalid: not an e-mail address. TooManyTries.
    """
    with unit(actor):
        view = draft(draft_id)
        address = guests.watch(actor=actor, account_id=view.account_id, email=email)
        _limit(address, client)
        _send(view.account_id, address, f"/apply/{view.id}/")
        return address


def mail_links_to(*, actor: Actor, email: str, client: str) -> None:
    """Mail links to the newest applications whose news go to an address, if there are any: nobody is told.

    Args:
        actor: whoever asks; need not be anybody.

    Raises:
        Invalid: not an e-mail address. TooManyTries: over 5 for the address or 30 for the client within an hour.
    """
    address = read_email(email)
    if address is None:
        raise Invalid(fields={"email": FieldError("field.email" if email.strip() else "field.required")})
    with unit(actor), unit(PLATFORM):
        _limit(address, client)
        for guest_id in guests.of_address(address):
            view = guest_draft(guest_id)
            if view is not None:
                _send(guest_id, "", f"/apply/{view.id}/")  # to the address as it was first typed


def renew_link(*, actor: Actor, link: guests.Link) -> bool:
    """Mail a new link in place of one that works no more, to the same address: True. Once for each link."""
    with unit(actor), unit(PLATFORM):
        if not guests.may_renew(link_id=link.id):
            return False
        try:
            guests.limit(f"guest-renew:{link.account_id}", tries=MAILS_AN_HOUR, seconds=86_400)
        except TooManyTries:
            return False
        _send(link.account_id, link.email, link.target)
        return True


def guest_draft(guest_id: UUID) -> DraftView | None:
    """The one application of a guest, sent or not. Inside a unit of the system. One statement."""
    found = draft_views("d.account_id = %s AND d.corrects_id IS NULL ORDER BY d.created_at LIMIT 1", guest_id)
    return found[0] if found else None


def _limit(address: str, client: str) -> None:
    guests.limit(f"guest-link:{address.lower()}", tries=MAILS_AN_HOUR, seconds=3600)
    guests.limit(f"guest-link-client:{client}", tries=guests.BEGUN_AN_HOUR, seconds=3600)


def _send(guest_id: UUID, address: str, path: str) -> None:
    """The secret is made when the mail is written, and stands in no table but as a hash."""
    send_message(
        actor=PLATFORM, template="forms.guest_link", account_id=guest_id, email=address, params={"url_path": path},
        dedupe_key=f"eng_forms:guest_link:{uuid4()}",
    )  # fmt: skip


def take_over(*, actor: Actor, guest_id: UUID, account_id: UUID) -> int:
    """Drafts and submissions of a guest are the account's from now on; answers how many open drafts.

    One that the account has begun itself stays beside the guest's: nothing is thrown away.
    """
    with unit(actor), connection.cursor() as cursor:
        cursor.execute("SELECT forms_hand_over(%s, %s)", (guest_id, account_id))
        return int(cursor.fetchone()[0])


def forget_guests(*, actor: Actor) -> int:
    """Forget guests who have neither draft nor application any more; answers how many. May run twice."""
    with unit(actor), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM forms_idle_guests(%s, %s)", (clock.now() - _IDLE, BATCH))
        idle = [row[0] for row in cursor.fetchall()]
    for guest_id in idle:
        guests.forget_guest(guest_id=guest_id)
    return len(idle)
