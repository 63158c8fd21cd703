"""Pages of account transfers: residents', officials', and the address that the bank calls."""
