"""Tests that cross rooms: the house's own rules, journeys, races, crashes."""
