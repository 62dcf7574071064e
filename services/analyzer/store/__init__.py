"""The event store: every message once, every decision, and where in the log the store stands.

Never decides what a message means: that is `shared.enrich`.
"""
