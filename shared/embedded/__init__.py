"""The embedded engine: a real Valkey server out of a wheel, with a folder of its own.

Only starts and finds it; what is kept in it is the services' business.
"""
