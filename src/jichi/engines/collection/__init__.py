"""What is owed and collected (調定・収納・滞納): assessments, instalments, receipts, charges for lateness, refunds."""
