"""What services do alike with what they publish. Each hands in what is its own: a `Kind` and a `Voice`."""

from .entering import answer_offer
from .publishing import (
    Kind,
    Lacking,
    Words,
    begin_programme,
    cancel_programme,
    change_programme,
    copy_programme,
    forget_over,
    lock_programme,
    publish_programme,
)
from .telling import DRAWN, Voice, tell_entered, tell_entry, tell_everybody, tell_moved

__all__ = [
    "DRAWN",
    "Kind",
    "Lacking",
    "Voice",
    "Words",
    "answer_offer",
    "begin_programme",
    "cancel_programme",
    "change_programme",
    "copy_programme",
    "forget_over",
    "lock_programme",
    "publish_programme",
    "tell_entered",
    "tell_entry",
    "tell_everybody",
    "tell_moved",
]
