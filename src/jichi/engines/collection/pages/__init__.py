"""Officials' pages of collection: a payer's account, one instalment, what is left over, lists. Japanese only."""
