"""The community: who acts there, how deep the talk goes, and where members come from. Pure functions of acts.

Never reads a store or a clock.
"""
