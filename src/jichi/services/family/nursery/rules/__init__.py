"""Nursery admission as pure functions: bytes of tables in, bytes of tables out.

`reading` → `instance` → `matching` → `results` → `writing`; `verifying` shares no code with them.
"""
