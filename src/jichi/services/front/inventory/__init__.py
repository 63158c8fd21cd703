"""Inventory of procedures (行政手続の棚卸し): what of it is online, and why the rest is not."""
