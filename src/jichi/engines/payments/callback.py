"""The address that the payment firm calls: what is not signed by it is refused, what is, is taken in once."""

from __future__ import annotations

import logging
from typing import Final

from django.db import OperationalError
from django.http import HttpRequest, JsonResponse, RawPostDataException
from django.views.decorators.csrf import csrf_exempt

from jichi.engines.accounts.access import SignedInRequest, access

from . import actions
from .backends import read_callback
from .protocol import BadSignatureError

logger = logging.getLogger("jichi.payments")
AGAIN: Final = 503


@csrf_exempt
@access(audience="public", methods=("POST",))
def callback(request: SignedInRequest) -> JsonResponse:
    """One signed message. 200: it is kept, whatever it led to; 400: not the firm's; 503: send it again later."""
    try:
        notice = read_callback(request.headers, path=request.path, body=request.body)
    except (BadSignatureError, ValueError, RawPostDataException) as error:  # the last: a form, read as one already
        logger.warning("payment callback refused: %s (%s)", error, _whence(request))
        return JsonResponse({"error": "refused"}, status=400)
    if notice is None:
        return JsonResponse({"received": True})
    try:
        actions.take_notice(actor=request.actor, notice=notice, raw=request.body.decode(errors="replace"))
    except OperationalError:
        return JsonResponse({"error": "busy"}, status=AGAIN)
    return JsonResponse({"received": True})


def _whence(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
