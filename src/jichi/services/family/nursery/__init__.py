"""Nursery admission (保育所等利用調整): who gets which seat, exact by a published definition and re-checkable."""
