"""Pages of officials, instructors and supporters."""
