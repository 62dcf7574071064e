"""Admission: whether a request and each of its messages may enter the log, and with which time.

Pure: no IO, no clock. A refusal is a value with a code of `shared.errors`, never an exception.
"""
