"""Inbox (仕事と検索): what waits for a person or a division, and what the one search box finds.

Rooms put, close and register here; portals read only here and ask no service.
"""
