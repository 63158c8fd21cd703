"""Audit (操作記録): who acts, for what purpose, and the append-only record of it.

Lowest engine: everything that writes runs inside `context.unit(actor)`, which opens the
transaction and hands actor and purpose to the database, where triggers and row security read them.
"""
