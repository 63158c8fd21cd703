"""照会: who may ask whom about what waits for them, and who answers. A question holds nobody up. Pure."""

from __future__ import annotations

from typing import Final

from .state import Act, RouteState

MAX_OPEN: Final = 20
"""Questions of one route that may wait for an answer at once."""


def why_not_ask(state: RouteState, act: Act) -> str | None:
    """The code of the reason why this question may not be asked; None when it may. The turn is judged apart."""
    if act.asked is None or act.asked == act.by:
        return "route.ask_whom"
    return "route.too_many_questions" if len(state.open_questions) >= MAX_OPEN else None


def why_not_answer(state: RouteState, act: Act) -> str | None:
    """The code of the reason why this is no answer; None when it is one."""
    open_ones = {question.number: question for question in state.open_questions}
    question = open_ones.get(act.question)
    if question is None:
        return "route.no_question"
    return None if act.how == "holder" and question.asked == act.by else "route.not_yours"
