"""What intervals need of the normal distribution.

Pure. Does not load SciPy, which would cost every process that fits half a second.
"""

Z95 = 1.959963984540054
"""Standard errors on each side of a 95 % interval."""
