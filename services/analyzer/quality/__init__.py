"""Quality of experience: what it was like to watch, and what bad quality cost. Pure functions of sums and arrays.

Never reads a store or a clock.
"""
