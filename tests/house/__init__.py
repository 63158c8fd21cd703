"""The house's own rules as tests: what architecture.md asks of every room, found by walking the tree.

Each `test_<subject>.py` holds the checkers of its subject, the run over the real house, and a table of
good and bad examples that proves each checker catches what it is for. Exceptions, each with its
reason, stand in `reviewed.py`.
"""
