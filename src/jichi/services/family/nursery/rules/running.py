"""One run as bytes: input files to output files, checked by the verifier before anybody may write them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

from .explaining import explain
from .instance import build
from .matching import Matched, Policy, match
from .problems import Problem
from .reading import FILES, read
from .results import PROTECTED, Result, assignments, cutoffs, rank_profile, reasons
from .verifying import verify
from .writing import columns_bytes, table_bytes

VERSION: Final = 5
"""Of the algorithm: another number may give another result for the same input."""
PROBLEMS: Final = ("level", "code", "file", "line", "id", "message")
OUTPUTS: Final = frozenset({
    "assignments.csv", "cutoffs.csv", "cutoffs-public.csv", "reasons.csv", "explain.csv", "warnings.csv", "run.json",
    "timing.json", "errors.csv",
})  # fmt: skip


class NotVerifiedError(Exception):
    """The verifier found what must not be: nothing may be written. An error of ours."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """What besides the tables decides the result."""

    encoding: str = "utf-8"
    output_encoding: str = "utf-8"
    policy: Policy = "stable"
    seed: int = 0
    public_from: int = PROTECTED
    time_limit: float | None = None


@dataclass(slots=True)
class Run:
    """Output files by name; `matched` None: the input has errors, and errors.csv is all there is."""

    files: dict[str, bytes] = field(default_factory=dict)
    matched: Matched | None = None
    problems: list[Problem] = field(default_factory=list)


def run(inputs: Mapping[str, bytes], parameters: Parameters, told: Callable[[str, int], None] | None = None) -> Run:
    """Read, check, match, explain, verify.

    Raises:
        UnwritableError: an id or carried text that cp932 does not have.
        NotVerifiedError: the verifier refuses the result.
    """
    inputs = {name: data for name, data in inputs.items() if name in FILES}
    tell = told or (lambda _phase, _count: None)
    tell("read", sum(map(len, inputs.values())))
    tables, problems = read(inputs, parameters.encoding)
    instance = None
    if tables is not None:
        tell("rank", len(tables.child_ids))
        instance, more = build(tables)
        problems += more
    encoding = parameters.output_encoding
    if instance is None:
        return Run({"errors.csv": _problem_table("errors.csv", problems, encoding)}, None, problems)
    tell("match", len(instance.unit_ids))
    matched = match(instance, parameters.policy, seed=parameters.seed, told=told)
    tell("explain", len(instance.tables.child_ids))
    files = tables_of(matched.result, parameters)
    files["warnings.csv"] = _problem_table("warnings.csv", problems, encoding)
    files["run.json"] = _summary(inputs, files, matched, parameters)
    tell("verify", len(instance.tables.child_ids))
    findings = verify(inputs, files, parameters.encoding)
    if findings:
        raise NotVerifiedError("; ".join(findings[:5]))
    return Run(files, matched, problems)


def tables_of(result: Result, parameters: Parameters) -> dict[str, bytes]:
    """The tables of a result as bytes."""
    encoding = parameters.output_encoding
    children = len(result.slots)
    return {
        "assignments.csv": columns_bytes("assignments.csv", children, assignments(result), encoding),
        "cutoffs.csv": table_bytes("cutoffs.csv", cutoffs(result), encoding),
        "cutoffs-public.csv": table_bytes(
            "cutoffs-public.csv", cutoffs(result, public=max(1, parameters.public_from)), encoding
        ),
        "reasons.csv": columns_bytes("reasons.csv", *reasons(result), encoding),
        "explain.csv": columns_bytes("explain.csv", *explain(result), encoding),
    }


def _problem_table(file: str, problems: Sequence[Problem], encoding: str) -> bytes:
    rows: list[Sequence[object]] = [PROBLEMS]
    for one in problems:
        level = "error" if one.is_error else "warning"
        rows.append((level, one.code, one.file, one.line or "", one.id, one.sentence))
    return table_bytes(file, rows, encoding)


def _summary(
    inputs: Mapping[str, bytes], outputs: Mapping[str, bytes], matched: Matched, parameters: Parameters
) -> bytes:
    result, instance = matched.result, matched.result.instance
    blocking = []
    for option in result.blocking.tolist():
        unit = int(result.groups.unit[result.groups.option.searchsorted(option)])
        rank = option - int(instance.option_at[unit]) + 1
        blocking.append({"unit_id": instance.unit_ids[unit], "option_rank": rank})
    found = {
        "version": VERSION,
        "parameters": {**asdict(parameters), "public_from": max(1, parameters.public_from)},
        "inputs": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(inputs.items())},
        "outputs": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(outputs.items())},
        "verdict": matched.verdict,
        "blocking_coalitions": len(blocking),
        "bound": matched.bound,
        "best_among_equals": matched.best,
        "may_differ": parameters.time_limit is not None,
        "blocking": blocking,
        "children": len(instance.tables.child_ids),
        "units": len(instance.unit_ids),
        "seated": result.seated,
        "rank_sum": result.rank_sum(),
        "rank_profile": rank_profile(result),
        "pinned_units": [instance.unit_ids[unit] for unit in sorted(instance.fixed)],
    }
    return (json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
