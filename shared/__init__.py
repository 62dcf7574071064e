"""What the three services have in common: the log entry, the snapshot, and the pure steps both consumers apply.

Never imports a service.
"""
