"""Statistics shared by the reports: pure functions of arrays.

Never read a clock, a store, or global randomness.
"""
