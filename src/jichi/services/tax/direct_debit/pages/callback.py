"""The address that the bank's gateway calls: what it did not sign is refused, what it did counts once."""

from __future__ import annotations

import logging
from typing import Final

from django.db import OperationalError
from django.http import JsonResponse, RawPostDataException
from django.views.decorators.csrf import csrf_exempt

from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock

from .. import actions, gateway
from ..protocol import HEADER, BadSignatureError, read_word, unpacked, verify

logger = logging.getLogger("jichi.direct_debit")
AGAIN: Final = 503


@csrf_exempt
@access(audience="public", methods=("POST",))
def callback(request: SignedInRequest) -> JsonResponse:
    """One signed message. 200: it is taken in, whatever it led to; 400: not the bank's; 503: send it again later."""
    try:
        verify(
            request.headers.get(HEADER, ""), secret=gateway.secret(), now=int(clock.now().timestamp()), method="POST",
            path=request.path, body=request.body,
        )  # fmt: skip
        word = read_word(unpacked(request.body).get("registration"))
    except (BadSignatureError, ValueError, RawPostDataException) as error:
        logger.warning("a callback that is not the bank's: %s", error)
        return JsonResponse({"error": "refused"}, status=400)
    try:
        actions.settle(actor=request.actor, word=word)
    except OperationalError:
        return JsonResponse({"error": "busy"}, status=AGAIN)
    return JsonResponse({"received": True})
