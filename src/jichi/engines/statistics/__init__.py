"""Statistics (統計): what is counted of pages, applications and cases, without naming anybody.

Rooms above say what happened under opaque subjects; days are added up by jobs; pages read the sums only.
"""
