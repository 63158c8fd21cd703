"""Use cases of events."""

from .entering import Application, enter_event, exchange_companion
from .organising import (
    cancel_event,
    change_event,
    copy_event,
    create_event,
    import_events,
    leave_search,
    publish_event,
    set_picture,
)
from .telling import ask, remind, tell_results

__all__ = [
    "Application",
    "ask",
    "cancel_event",
    "change_event",
    "copy_event",
    "create_event",
    "enter_event",
    "exchange_companion",
    "import_events",
    "leave_search",
    "publish_event",
    "remind",
    "set_picture",
    "tell_results",
]
