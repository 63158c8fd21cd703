"""The use cases of forms: publish a procedure, write a draft, send it."""

from .confirming import answer_confirmation, ask_confirmation
from .corrections import start_correction
from .drafts import (
    SavedPage,
    attach_file,
    discard_draft,
    hold_draft,
    remove_file,
    save_page,
    upgrade_draft,
)
from .guests import (
    forget_guests,
    mail_link,
    mail_links_to,
    renew_link,
    start_guest_draft,
    take_over,
)
from .meanwhile import tell_drafts
from .procedures import close_procedure, publish_definition
from .sealing import Sealable, prepare_seal, seal_submission
from .starting import start_draft
from .upkeep import erase_drafts, remind_drafts

__all__ = [
    "SavedPage",
    "Sealable",
    "answer_confirmation",
    "ask_confirmation",
    "attach_file",
    "close_procedure",
    "discard_draft",
    "erase_drafts",
    "forget_guests",
    "hold_draft",
    "mail_link",
    "mail_links_to",
    "prepare_seal",
    "publish_definition",
    "remind_drafts",
    "remove_file",
    "renew_link",
    "save_page",
    "seal_submission",
    "start_correction",
    "start_draft",
    "start_guest_draft",
    "take_over",
    "tell_drafts",
    "upgrade_draft",
]
