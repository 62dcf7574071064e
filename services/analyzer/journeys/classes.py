"""Who went straight to a purchase after the moment, and who wandered over many products.

Pure; the thresholds are published with every answer.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analyzer.journeys.walks import Bools, Wandering

STRAIGHT, WANDERING, OTHER = "straight", "wandering", "other"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Straight: bought after at most so many products and steps. Wandering: so many different products or more."""

    straight_products: int = 2
    straight_steps: int = 10
    wander_products: int = 4


def classify_walks(measured: Wandering, bought: Bools, thresholds: Thresholds) -> NDArray[np.str_]:
    """Return the class of each person; straight goes before wandering."""
    straight = (
        bought & (measured.products <= thresholds.straight_products) & (measured.steps <= thresholds.straight_steps)
    )
    wandering = measured.products >= thresholds.wander_products
    return np.where(straight, STRAIGHT, np.where(wandering, WANDERING, OTHER))
