"""From the log into the event store, continuously and on demand.

Never acknowledges what is not committed.
"""
