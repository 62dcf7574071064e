"""Journeys: pure functions of what persons did before and after a moment.

Never read a clock, a store, or global randomness.
"""
