"""Surveys: what was asked, what persons answered last, and what goes together with an answer. Pure functions.

Never reads a store or a clock.
"""
