"""Measurements, each a ratio against a named baseline run beside it. `make bench`; nothing here asserts a time."""
