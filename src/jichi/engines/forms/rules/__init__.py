"""Rules of forms: definition files, the way through them, eligibility, windows. Pure, no Django."""

from .compare import Difference, compare, weight_of
from .conditions import Condition, Ref, Situation, holds, table_total
from .definition import FormDefinition, OfficialCheck, Page
from .facts import FACTS, Facts, fact_label, fact_text, facts_of
from .fees import FeeLine, fee_lines, fee_total, price_list, price_on
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
    settle,
    validate_all,
    validate_page,
    visible_pages,
)
from .handing import Due, amount_of, delivery_address, delivery_way, due_after, route_facts, route_id
from .item_names import ITEM_NAMES, KIND_NAMES, VALUE_NAMES
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
from .people_asked import Housemate, housemates
from .phrases import condition_text, field_text
from .posting import posted_names, raw_of
from .resuming import BEGINNING, asked_again, fits_again, may_begin_as_guest
from .search import SearchIndex, index_of, ranked, score
from .source import DefinitionError, Problem, read_yaml
from .summary import SummaryRow, SummarySection, answer_lines, row, summary, table_sums
from .tables import with_row_added, without_row
from .terms import ENTERED, LEVELS, REPRESENTATIVES, FeeSchedule, Level, reaches
from .towns import TownChoice, taken_apart, towns_of
from .translations import (
    TranslationRow,
    missing_count,
    translation_rows,
    with_translations,
)
from .window import OpenState, open_state, split_moment

__all__ = [
    "BEGINNING",
    "ENTERED",
    "FACTS",
    "ITEM_NAMES",
    "KIND_NAMES",
    "LEVELS",
    "LIFE_EVENTS",
    "REPRESENTATIVES",
    "VALUE_NAMES",
    "Candidate",
    "Change",
    "CheckResult",
    "Condition",
    "DefinitionError",
    "Difference",
    "Due",
    "EligibilityResult",
    "Facts",
    "FeeLine",
    "FeeSchedule",
    "Field",
    "FormDefinition",
    "Housemate",
    "Level",
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
    "TownChoice",
    "TranslationRow",
    "VisiblePage",
    "amount_of",
    "answer_lines",
    "asked_again",
    "candidates",
    "canonical",
    "carry_over",
    "changed_since",
    "compare",
    "condition_text",
    "definition_hash",
    "delivery_address",
    "delivery_way",
    "due_after",
    "eligibility",
    "errors_of",
    "fact_label",
    "fact_text",
    "facts_of",
    "fee_lines",
    "fee_total",
    "field_text",
    "first_unanswered",
    "fits_again",
    "holds",
    "housemates",
    "index_of",
    "is_answered",
    "json_schema",
    "lint",
    "load_definition",
    "may_begin_as_guest",
    "missing_count",
    "missing_translations",
    "next_page",
    "open_state",
    "posted_names",
    "previous_page",
    "price_list",
    "price_on",
    "progress",
    "prune",
    "ranked",
    "raw_of",
    "reaches",
    "read_definition",
    "read_yaml",
    "route_facts",
    "route_id",
    "row",
    "run_checks",
    "score",
    "settle",
    "sha256_of",
    "split_moment",
    "summary",
    "table_sums",
    "table_total",
    "taken_apart",
    "towns_of",
    "translation_rows",
    "uniqueness_key",
    "validate_all",
    "validate_page",
    "visible_pages",
    "weight_of",
    "with_row_added",
    "with_translations",
    "without_row",
]
