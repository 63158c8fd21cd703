"""Rules of forms: definition files, the way through them, eligibility, windows. Pure, no Django."""

from .conditions import Condition, Ref, Situation, holds
from .definition import FormDefinition, OfficialCheck, Page
from .facts import FACTS, Facts, fact_label, fact_text, facts_of
from .fields import Field, Option
from .flow import (
    Change,
    PageResult,
    Progress,
    VisiblePage,
    carry_over,
    changed_since,
    first_unanswered,
    is_answered,
    next_page,
    previous_page,
    progress,
    prune,
    validate_all,
    validate_page,
    visible_pages,
)
from .life_events import LIFE_EVENTS
from .lint import errors_of, lint, missing_translations
from .load import canonical, definition_hash, json_schema, load_definition, read_definition, sha256_of
from .people import (
    Candidate,
    CheckResult,
    EligibilityResult,
    Reason,
    candidates,
    eligibility,
    run_checks,
    uniqueness_key,
)
from .search import SearchIndex, index_of, ranked, score
from .source import DefinitionError, Problem, read_yaml
from .summary import SummaryRow, SummarySection, answer_lines, row, summary
from .values import posted_names, raw_of
from .window import OpenState, open_state, split_moment

__all__ = [
    "FACTS",
    "LIFE_EVENTS",
    "Candidate",
    "Change",
    "CheckResult",
    "Condition",
    "DefinitionError",
    "EligibilityResult",
    "Facts",
    "Field",
    "FormDefinition",
    "OfficialCheck",
    "OpenState",
    "Option",
    "Page",
    "PageResult",
    "Problem",
    "Progress",
    "Reason",
    "Ref",
    "SearchIndex",
    "Situation",
    "SummaryRow",
    "SummarySection",
    "VisiblePage",
    "answer_lines",
    "candidates",
    "canonical",
    "carry_over",
    "changed_since",
    "definition_hash",
    "eligibility",
    "errors_of",
    "fact_label",
    "fact_text",
    "facts_of",
    "first_unanswered",
    "holds",
    "index_of",
    "is_answered",
    "json_schema",
    "lint",
    "load_definition",
    "missing_translations",
    "next_page",
    "open_state",
    "posted_names",
    "previous_page",
    "progress",
    "prune",
    "ranked",
    "raw_of",
    "read_definition",
    "read_yaml",
    "row",
    "run_checks",
    "score",
    "sha256_of",
    "split_moment",
    "summary",
    "uniqueness_key",
    "validate_all",
    "validate_page",
    "visible_pages",
]
