"""Events (催し・講座): published by divisions without help, found and booked by residents, drawn and attended."""
