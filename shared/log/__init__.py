"""The log between the services: entries in Valkey streams, one stream a partition.

Its codec and partitioning are pure; writer, spool and reader are the IO around them.
"""
