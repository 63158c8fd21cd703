"""Services of the office itself: administration, later approvals, records, telework."""
