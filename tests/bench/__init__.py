"""Measurements (`make bench`), each beside a named baseline; nothing here asserts a time."""
