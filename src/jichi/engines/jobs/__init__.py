"""Jobs (処理): work done after the press of a button, by workers, on the same database.

A job is put in the queue inside the business transaction and carries ids only. Underneath stands
procrastinate; no other room imports it.
"""
