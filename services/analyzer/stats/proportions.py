"""Shares of persons: one with its interval, and two compared.

Pure. Exact where counts are small: answers to a question often are.
"""

from dataclasses import dataclass

from scipy.stats import fisher_exact

from services.analyzer.stats.normal import Z95

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class SharesCompared:
    """One share minus the other, raw; `p_value` is None where all, or none, of both sides did it."""

    share: float
    others_share: float
    difference: float
    low: float
    high: float
    ratio: float | None
    p_value: float | None


def find_wilson(count: int, total: int) -> Interval:
    """Return the 95 % interval of a share (Wilson 1927). `total` is at least 1."""
    rate, grown = count / total, 1 + Z95**2 / total
    middle = (rate + Z95**2 / (2 * total)) / grown
    reach = Z95 / grown * float((rate * (1 - rate) / total + Z95**2 / (4 * total**2)) ** 0.5)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def compare_shares(count: int, total: int, others_count: int, others_total: int) -> SharesCompared:
    """Return `count` of `total` against the others; both totals are at least 1.

    Interval: hybrid score (Newcombe 1998, method 10). Test: Fisher's exact, two-sided.
    """
    share, others = count / total, others_count / others_total
    (low, high), (others_low, others_high) = find_wilson(count, total), find_wilson(others_count, others_total)
    difference = share - others
    p_value = None
    if 0 < count + others_count < total + others_total:
        table = [[count, total - count], [others_count, others_total - others_count]]
        p_value = min(1.0, float(fisher_exact(table).pvalue))
    return SharesCompared(
        share=share,
        others_share=others,
        difference=difference,
        low=difference - float(((share - low) ** 2 + (others_high - others) ** 2) ** 0.5),
        high=difference + float(((high - share) ** 2 + (others - others_low) ** 2) ** 0.5),
        ratio=share / others if others_count else None,
        p_value=p_value,
    )
