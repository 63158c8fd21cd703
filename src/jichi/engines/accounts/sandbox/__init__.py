"""Stand-in for デジタル認証アプリ, GビズID and a signing operator: real protocols, invented people, faults on request.

    python -m jichi.engines.accounts.sandbox --port 8030 --dir var/sandbox/identity

It knows JICHI_ORIGIN and JICHI_SANDBOX_SECRET, needs no Django and no database, and says on its pages what it is.
"""
