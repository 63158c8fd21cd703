"""Accounts (利用者)."""
