"""What is counted and how: visitors as numbers, devices, times in buckets, periods, small numbers. Pure."""

from .hiding import NO_HIDING, hidden
from .periods import MOST_DAYS, Period, buckets, period_from
from .times import MINUTES, SECONDS, as_days, as_minutes, bucket_of, merged, quantile
from .visits import DEVICES, KINDS, LONGEST, Noted, device_of, keyed, robot_words, seconds_between, wants_no_counting

__all__ = [
    "DEVICES", "KINDS", "LONGEST", "MINUTES", "MOST_DAYS", "NO_HIDING", "SECONDS", "Noted", "Period", "as_days",
    "as_minutes", "bucket_of", "buckets", "device_of", "hidden", "keyed", "merged", "period_from", "quantile",
    "robot_words",
    "seconds_between", "wants_no_counting",
]  # fmt: skip
