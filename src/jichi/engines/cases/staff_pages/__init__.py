"""The officials' pages of cases: list and file, one case, its steps, corrections, decisions."""
