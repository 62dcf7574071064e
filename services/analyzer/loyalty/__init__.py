"""Loyalty: which behaviours go together with converting, and which of them come first.

Never reads a store or a clock.
"""
