"""Pages from finding a procedure to its receipt number. Decisions are made in forms, cases and actions."""
