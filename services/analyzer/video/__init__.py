"""What viewing a video has to do with buying: arrays in, frozen results out.

Pure: no IO, no clock, no randomness of its own.
"""
