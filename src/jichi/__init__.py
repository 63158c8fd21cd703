"""Jichi (自治): one install for a municipality's digital services."""
