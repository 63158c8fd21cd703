"""Decisions of collection, pure: values in, values out. Each module names the law or the source of its rule."""
