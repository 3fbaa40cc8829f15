"""What the rules say and what a draw is: pure decisions, no I/O, no clock, no dice.

A citizen can re-check a draw with this package alone.
"""
