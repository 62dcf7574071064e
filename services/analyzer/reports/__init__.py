"""The reports of contract part 5: extracted by SQL, computed by pure modules, shaped here.

Never changes what it reads.
"""
