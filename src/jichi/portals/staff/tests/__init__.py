"""Tests of the staff portal."""
