"""What operators send and get, as pydantic models: the source of the analyzer's OpenAPI document.

Shapes only; checks that need other things (a goal, a segment) are in `services.analyzer.api.checks`.
"""
