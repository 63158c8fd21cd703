"""Backup and restore: one dated folder with everything of an instance, proven equal when it is put back.

PostgreSQL's own pg_dump and pg_restore carry the rows; what is here makes the folder whole or not at all,
sums every part, copies stored files, rotates, and compares a restored database with what was saved.
"""
