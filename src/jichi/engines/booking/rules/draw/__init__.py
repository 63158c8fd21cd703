"""Verifiable draws (抽選), algorithm "verifiable-lottery-1": frozen rules and list, public randomness, one outcome.

`docs/draws.md` is the published description; whoever holds a record can compute all of it again.
"""

from .changes import Ledger, applied_changes, next_in_line
from .drand import QUICKNET, round_at, time_of_round, verified_signature
from .drawing import Outcome, draw, key_of, order_of, ticket_of
from .entries import Application, Entries, frozen_list, read_entries
from .params import ALGORITHM, DrawError, Params, canonical_json, read_json, read_params
from .record import Beacon, build_record, commitment_of, record_bytes, record_parts, record_sha256
from .verifying import Explained, Verdict, explain, verify_record

__all__ = [
    "ALGORITHM",
    "QUICKNET",
    "Application",
    "Beacon",
    "DrawError",
    "Entries",
    "Explained",
    "Ledger",
    "Outcome",
    "Params",
    "Verdict",
    "applied_changes",
    "build_record",
    "canonical_json",
    "commitment_of",
    "draw",
    "explain",
    "frozen_list",
    "key_of",
    "next_in_line",
    "order_of",
    "read_entries",
    "read_json",
    "read_params",
    "record_bytes",
    "record_parts",
    "record_sha256",
    "round_at",
    "ticket_of",
    "time_of_round",
    "verified_signature",
    "verify_record",
]
