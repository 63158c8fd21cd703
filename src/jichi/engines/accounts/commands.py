"""Commands for the operator: the way back in when nobody with the right to help is left."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def reset_second_factor(argv: Sequence[str]) -> int:
    """`jichi reset-second-factor LOGIN --reason TEXT`: take a lost authenticator off, print the code to hand over."""
    from jichi.engines.audit.context import system_actor
    from jichi.kernel.errors import JichiError

    from . import queries, sign_in

    parser = argparse.ArgumentParser(prog="jichi reset-second-factor")
    parser.add_argument("login", help="login name of the official")
    parser.add_argument("--reason", required=True, help="why, for the audit trail")
    given = parser.parse_args(list(argv))
    account_id = queries.staff_account_id(given.login)
    if account_id is None:
        sys.stderr.write(f"jichi reset-second-factor: no active official {given.login!r}\n")
        return 1
    try:
        code = sign_in.reset_second_factor(actor=system_actor("operator"), account_id=account_id, reason=given.reason)
    except JichiError as error:
        sys.stderr.write(f"jichi reset-second-factor: {error.code}\n")
        return 1
    sys.stdout.write(f"Hand this code over in person: {code}\n")
    return 0
