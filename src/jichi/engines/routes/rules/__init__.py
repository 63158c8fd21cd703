"""The route machine (決裁の状態機械), pure: route files, acts folded into a state, who may act, the chain."""

from .acts import advance, fold, for_facts, opening_state, skipped_steps
from .chain import START, act_body, act_from_body, broken_at, link
from .comparing import changed_for, differences, joined
from .judging import (
    NEEDS_REASON,
    Possible,
    Refusal,
    extra_id,
    passed_steps,
    possible_acts,
    refusal,
    send_back_targets,
)
from .lint import lint
from .load import json_schema, load_spec, read_spec, spec_data, spec_from_data, spec_hash
from .source import Problem, RouteFileError
from .spec import (
    FLAGS,
    RANKS,
    STEP_WORDS,
    Authority,
    Condition,
    Deputies,
    Facts,
    Lift,
    Rank,
    RouteSpec,
    Seat,
    Step,
    height,
)
from .standing import Away, Office, Standing, Turn, actors, is_excluded, standing, turns, unmanned
from .state import ANSWERS, TO_DRAFTER, Act, ActKind, AfterReading, Change, Mark, Question, RouteState, StepState

__all__ = [
    "ANSWERS", "FLAGS", "NEEDS_REASON", "RANKS", "START", "STEP_WORDS", "TO_DRAFTER", "Act", "ActKind",
    "AfterReading", "Authority", "Away", "Change", "Condition", "Deputies", "Facts", "Lift", "Mark", "Office",
    "Possible", "Problem", "Question", "Rank", "Refusal", "RouteFileError", "RouteSpec", "RouteState", "Seat",
    "Standing", "Step", "StepState", "Turn", "act_body", "act_from_body", "actors", "advance", "broken_at",
    "changed_for", "differences", "extra_id", "fold", "for_facts", "height", "is_excluded", "joined", "json_schema",
    "link", "lint", "load_spec", "opening_state", "passed_steps", "possible_acts", "read_spec", "refusal",
    "send_back_targets", "skipped_steps", "spec_data", "spec_from_data", "spec_hash", "standing", "turns",
    "unmanned",
]  # fmt: skip
