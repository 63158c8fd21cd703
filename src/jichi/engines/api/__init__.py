"""The interface for programs (API): clients, keys, limits, idempotency, webhooks.

Rooms bring their operations in `api.py`.
"""
