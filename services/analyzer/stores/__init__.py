"""Stores: how visits lead to purchases, and who came and did not buy. Pure functions of visits and purchases.

Never reads a store of events or a clock.
"""
