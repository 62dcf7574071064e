"""Runs an embedded installation: the engine and the three services as processes, restarted when they die.

Knows commands and addresses, never what a service does.
"""
