"""Nursery admission (保育所等利用調整): who gets which seat, exact by a published definition and re-checkable."""

import os

# NumPy's library for matrices would start a thread for each core, dearer than a small run; nothing here multiplies any.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
