"""Use cases of slips: the contract's terms, issuing and reissuing, printing, taking a printed file."""

from .issuing import LANES, issue_slips, reissue_slip
from .printing import print_run, slip_pdf, take_file
from .terms import set_terms

__all__ = ["LANES", "issue_slips", "print_run", "reissue_slip", "set_terms", "slip_pdf", "take_file"]
