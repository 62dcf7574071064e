"""One customer: what a person's own acts add up to, and what to do for that person next. Pure functions.

Never reads a store or a clock.
"""
