"""Services for older people, for health and for everybody's part in society (福祉)."""
