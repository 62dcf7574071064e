"""The jobs: what is computed on a schedule or on demand, one at a time.

Never a request path: a run may take minutes.
"""
