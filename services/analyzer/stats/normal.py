"""What intervals need of the normal distribution.

Pure. Does not load SciPy, which would cost every process that fits half a second.
"""

import math

Z95 = 1.959963984540054
"""Standard errors on each side of a 95 % interval."""


def compute_two_sided_p_value(z: float) -> float:
    """Return the chance that a standard normal lies at least this far from 0, on either side."""
    return math.erfc(abs(z) / math.sqrt(2))
