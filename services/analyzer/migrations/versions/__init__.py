"""One file a schema version, in order.

Never edited after release.
"""
