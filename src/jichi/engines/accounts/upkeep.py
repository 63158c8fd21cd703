"""Retention: what the manifest promises to forget is deleted every night."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

from .guests import sweep_guests
from .models import (
    GuestLink,
    Identity,
    IdentityFlow,
    LinkRequest,
    RateWindow,
    Representation,
    Session,
    SignatureEvidence,
    SignInCode,
    SigningRequest,
)

KEEP_LINK_REQUEST: Final = timedelta(days=366)
"""After the decision: 判断から1年."""
KEEP_ENDED: Final = timedelta(days=5 * 366)
"""Representation and outside identities, after they ended: 5年. The database refuses representation any sooner."""
KEEP_SIGNATURE: Final = timedelta(days=10 * 366)
"""Evidence of signatures, and requests for one: 10年. The database refuses evidence any sooner."""
KEEP_GUEST_LINK: Final = timedelta(days=30)
"""After its end: so long an old link still says that it is old, and mails a new one."""
KEEP_CODE: Final = timedelta(days=1)
KEEP_SESSION: Final = timedelta(days=1)


def sweep() -> None:
    """Delete decided link requests, used or stale sign-in codes, ended sessions, old counters. May run twice."""
    now = clock.now()
    with unit(system_actor("accounts.sweep", purpose="retention")):
        LinkRequest.objects.filter(decided_at__lt=now - KEEP_LINK_REQUEST).delete()
        SignInCode.objects.filter(expires_at__lt=now - KEEP_CODE).delete()
        IdentityFlow.objects.filter(created_at__lt=now - KEEP_CODE).delete()
        Representation.objects.filter(ended_at__lt=now - KEEP_ENDED).delete()
        Identity.objects.filter(ended_at__lt=now - KEEP_ENDED).delete()
        SignatureEvidence.objects.filter(operator_at__lt=now - KEEP_SIGNATURE).delete()
        SigningRequest.objects.filter(created_at__lt=now - KEEP_SIGNATURE, evidence=None).delete()
        Session.objects.filter(expire_date__lt=now - KEEP_SESSION).delete()
        GuestLink.objects.filter(expires_at__lt=now - KEEP_GUEST_LINK).delete()
        sweep_guests()
        RateWindow.objects.filter(started_at__lt=now - KEEP_CODE).delete()
