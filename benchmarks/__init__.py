"""What `make bench` measures: figures beside a limit that was measured in the same run.

Never a test: nothing here fails a build.
"""
