"""The analyzer: owns the control database and the event store, runs the jobs, answers the operator.

Never sits in a visitor's request path.
"""
