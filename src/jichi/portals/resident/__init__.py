"""Resident portal (住民ポータル)."""
