"""Inventory of procedures (行政手続の棚卸し): what the ward does for people, what of it is online, and why the rest is not."""
