"""Hot profiles: the state of each visitor and user, folded from the log, one value each.

The fold is pure; `worker`, `store` and `lease` are the IO around it.
"""
