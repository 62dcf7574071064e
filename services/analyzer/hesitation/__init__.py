"""Hesitation: pure functions that fit the score to what became of sessions.

Never read a clock, a store, or global randomness.
"""
