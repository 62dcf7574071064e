"""Lookalikes: pure functions that find who resembles the members of a segment.

Never read a clock, a store, or global randomness.
"""
