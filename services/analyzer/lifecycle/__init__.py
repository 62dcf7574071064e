"""Lifecycle: at which stage customers are, and how they get from one to another. Pure functions of orders.

Never reads a store or a clock.
"""
