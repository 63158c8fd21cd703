"""Why a child has or has not a place, wish by wish, and what would have changed it: in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from ..queries import ChildView, OutcomeView


def reason_words(reason: Mapping[str, Any]) -> str:
    """Why, of one wish."""
    words = {
        "GRANTED": _("内定しました。"),
        "HIGHER_CHOICE": _("希望順位が上の園に内定したため、選考の対象から外れました。"),
        "CUTOFF": _("内定した方の順位に届きませんでした。(申込者%(applicants)s人中%(position)s番目)"),
        "NO_SEAT": _("今回は募集がありませんでした。"),
        "SAME_CLASS": _("きょうだい全員分の空きがありませんでした。"),
        "SIBLING": _("お子さんの順位は足りていましたが、きょうだいの分の空きがありませんでした。"),
        "CONDITION": _("きょうだいの条件のため、内定しませんでした。"),
        "BLOCKING_LEFT": _(
            "ほかの世帯のきょうだいの条件と重なり、内定しませんでした。くわしくは担当課におたずねください。"
        ),
        "PINNED": _("担当課が入園先を決めました。"),
    }
    return words[reason["code"]] % {"applicants": reason["applicants"], "position": reason["position"] or "-"}


def change_words(reason: Mapping[str, Any], *, hidden: bool) -> list[str]:
    """What would have changed a refusal: points, and places, as the run's own witness counts them.

    Args:
        hidden: few were admitted there, so that their score is nobody's to know.
    """
    if reason["code"] != "CUTOFF":
        return []
    found = []
    own, cutoff, places = reason["own"], reason["cutoff"], reason.get("places")
    if not hidden and own is not None and cutoff is not None:
        if own < cutoff:
            found.append(_("指数があと%(points)s点高いと、最後に内定した方に並びました。") % {"points": cutoff - own})
        elif own == cutoff:
            found.append(_("指数は最後に内定した方と同じで、同じ指数の中の順番が届きませんでした。"))
    if places:
        found.append(_("空きがあと%(places)s人分あると、順番が届きました。") % {"places": places})
    return found


def reason_rows(
    one: ChildView, outcome: OutcomeView | None, names: Mapping[str, str], protected: frozenset[tuple[str, str]]
) -> list[dict[str, Any]]:
    """The wishes of a child with their reasons; scores of few are left out.

    Args:
        protected: (facility, class) whose cut-off is not public.
    """
    rows = []
    for reason in outcome.reasons if outcome else ():
        hidden = (reason["facility"], str(one.class_id)) in protected or reason["cutoff"] is None
        rows.append(
            {
                "rank": reason["rank"], "name": names.get(reason["facility"], reason["facility"]),
                "why": reason_words(reason), "own": reason["own"], "cutoff": None if hidden else reason["cutoff"],
                "compared": reason["code"] == "CUTOFF", "changes": change_words(reason, hidden=hidden),
            }
        )  # fmt: skip
    return rows
