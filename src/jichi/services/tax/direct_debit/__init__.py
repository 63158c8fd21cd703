"""Web口座振替 (S22): an account registered day and night through the bank's own page, dues taken from it each month."""
