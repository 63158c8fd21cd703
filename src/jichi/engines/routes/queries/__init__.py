"""Reads of routes: one route, its panel for other rooms' pages, what waits for whom, tables, the chain's check."""

from .panel import COMMENT, PanelForm, RoutePanel, panel, panel_of
from .previewing import RoutePreview, preview
from .records import (
    COUNT_CAP,
    AbsenceView,
    ChainCheck,
    PostInfo,
    RankedPost,
    RouteView,
    Waiting,
    WaitingPage,
    absence,
    absences_left_to,
    absences_of,
    colleagues,
    consent_posts,
    findings,
    possible_acts,
    posts,
    ranked_posts,
    route,
    route_of,
    spec,
    specs,
    verify_chain,
    waiting,
    waiting_counts,
)

__all__ = [
    "COMMENT", "COUNT_CAP", "AbsenceView", "ChainCheck", "PanelForm", "PostInfo", "RankedPost", "RoutePanel",
    "RoutePreview", "RouteView", "Waiting", "WaitingPage", "absence", "absences_left_to", "absences_of",
    "colleagues", "consent_posts",
    "findings", "panel", "panel_of", "possible_acts", "posts", "preview", "ranked_posts", "route", "route_of",
    "spec", "specs", "verify_chain", "waiting", "waiting_counts",
]  # fmt: skip
