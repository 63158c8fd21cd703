"""Malware scanners: `clamd` (real), `sandbox` (finds only the EICAR test file), `null` (none)."""
