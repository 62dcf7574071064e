"""What the analyzer publishes for the collector and the engager: site settings, campaigns, segments, models.

The model is a shape; `client` holds the last good one in memory.
"""
