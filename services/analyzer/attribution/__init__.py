"""Attribution: which touches the conversions are owed to. Pure functions of paths.

Never reads a store or a clock.
"""
