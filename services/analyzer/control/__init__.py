"""The control database: what operators decide (sites, goals, segments, campaigns, videos) and what jobs did.

Never holds an event.
"""
