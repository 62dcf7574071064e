"""The rule language: parsed once, compiled to Python for the engager and to SQL for the analyzer.

Never evaluates a rule by walking it at decision time.
"""

from shared.rules.facts import FACTS, FactSpec
from shared.rules.model import Rule
from shared.rules.parse import RuleError, parse_rule, parse_where
from shared.rules.python import CompiledRules, compile_rules

__all__ = ["FACTS", "CompiledRules", "FactSpec", "Rule", "RuleError", "compile_rules", "parse_rule", "parse_where"]
