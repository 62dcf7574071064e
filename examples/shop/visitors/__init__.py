"""A month of plausible visitors for the demo shop, sent through the public API like anybody's.

`journeys` says what they do (pure, seeded), `deliver` sends it; `live` are those who come while the demo runs. Never
writes to an engine directly.
"""
