"""The engager: applies the log to hot profiles and decides which prompt a visitor gets.

Never reads the event store or the control database.
"""
