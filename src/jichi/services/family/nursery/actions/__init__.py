"""Use cases of nursery admission: tables of scores, rounds, applications, runs, decisions, what families do."""

from .ages import EVERY, set_least_age
from .applying import change_wishes, claim_applications, withdraw
from .births import report_birth
from .carrying import Carried, carry_over
from .certificate_form import set_certificate_form
from .certifying import answer_certificate, ask_certificate
from .deciding import approve_run, publish_run
from .entering import accept_entry, begin_entry, return_entry, save_entry, send_entry, withdraw_entry
from .intake import Taken, confirm_score, load_applications, note_papers, pin_child, rescore, use_certificate
from .offering import answer_facility, answer_own, ask_facilities
from .rounds import load_facilities, load_vacancies, open_round, set_vacancy
from .routing import choose_route, propose_run, route_decided
from .running import start_run, stop_run, work_off
from .tables import (
    approve_table,
    change_cases,
    change_table,
    example_cases,
    example_table,
    make_table,
    propose_table,
)
from .wording import set_remedies

__all__ = [
    "EVERY",
    "Carried",
    "Taken",
    "accept_entry",
    "answer_certificate",
    "answer_facility",
    "answer_own",
    "approve_run",
    "approve_table",
    "ask_certificate",
    "ask_facilities",
    "begin_entry",
    "carry_over",
    "change_cases",
    "change_table",
    "change_wishes",
    "choose_route",
    "claim_applications",
    "confirm_score",
    "example_cases",
    "example_table",
    "load_applications",
    "load_facilities",
    "load_vacancies",
    "make_table",
    "note_papers",
    "open_round",
    "pin_child",
    "propose_run",
    "propose_table",
    "publish_run",
    "report_birth",
    "rescore",
    "return_entry",
    "route_decided",
    "save_entry",
    "send_entry",
    "set_certificate_form",
    "set_least_age",
    "set_remedies",
    "set_vacancy",
    "start_run",
    "stop_run",
    "use_certificate",
    "withdraw",
    "withdraw_entry",
    "work_off",
]  # fmt: skip
