"""By which ways a person is told: in which order, and what they may refuse. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal, TypeAlias

ChannelName: TypeAlias = Literal["mail", "sms", "line"]
CHANNELS: Final[tuple[ChannelName, ...]] = ("mail", "sms", "line")
ORDER: Final[tuple[ChannelName, ...]] = ("line", "sms", "mail")
"""What somebody chose beside mail comes first; mail is what everybody has, and takes over."""
PASSES_ON: Final = frozenset({"no_address", "not_wanted", "off"})
"""Reasons for which a channel keeps silent that still let the next one speak."""


def channels_for(
    *, wanted: Collection[str], refused: Collection[str], reachable: Collection[str], may_opt_out: bool,
    refusable_topic: bool,
) -> tuple[ChannelName, ...]:  # fmt: skip
    """The ways to try, one after the other, until one has taken the message; () when the person wants none.

    Args:
        wanted: channels that the person chose for the topic.
        refused: channels that they declined for it. Mail is wanted unless refused, the others only when chosen.
        reachable: channels that work here and have an address of this person.
        may_opt_out: the message itself may be declined; else mail comes last, refused or not.
        refusable_topic: false for the security of the account: always mail, never anything else.
    """
    if not refusable_topic:
        return ("mail",) if "mail" in reachable else ()
    chosen = {name for name in wanted if name not in refused} | ({"mail"} - set(refused))
    if not may_opt_out:
        chosen.add("mail")
    return tuple(name for name in ORDER if name in chosen and name in reachable)


def next_channel(wanted: Collection[ChannelName], used: Collection[str]) -> ChannelName | None:
    """The first of these ways that was not tried yet."""
    return next((name for name in wanted if name not in used), None)


def passes_on(state: str, error: str) -> bool:
    """Does the next channel speak after this end? A failure always; silence only for want of a way."""
    if state == "failed":
        return True
    return state == "suppressed" and error.partition(".")[2].partition(":")[0] in PASSES_ON
