"""Whether day rules of stages make sense together.

Never changes anything; every objection names its field.
"""

from services.analyzer.control.lifecycle import LifecycleRules
from services.analyzer.problems import FieldError, refuse_fields
from shared.clock import DAY_MS


def check_lifecycle(rules: LifecycleRules, *, pointer: str = "") -> None:
    """Raise `Refused` unless a customer is at risk before being dormant, by a millisecond at least."""
    if round(rules.dormant_days * DAY_MS) <= round(rules.at_risk_days * DAY_MS):
        words = f"`dormant_days` must be more than `at_risk_days`, which is {rules.at_risk_days:g}"
        raise refuse_fields([FieldError(f"{pointer}/dormant_days", "out_of_range", words)])
