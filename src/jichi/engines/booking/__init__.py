"""予約と抽選: offerings, places nobody can oversell, entries, and draws that anyone can re-run."""
