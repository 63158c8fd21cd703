"""What classes and help desks follow: values in, values out."""

from .courses import (
    AGE_CLASSES,
    LEVELS,
    MODES,
    REPEATS,
    SPOKEN,
    Plan,
    Problem,
    age_class,
    conditions_of,
    copied,
    plan_from,
    plan_to,
    problems,
)

__all__ = [
    "AGE_CLASSES",
    "LEVELS",
    "MODES",
    "REPEATS",
    "SPOKEN",
    "Plan",
    "Problem",
    "age_class",
    "conditions_of",
    "copied",
    "plan_from",
    "plan_to",
    "problems",
]
