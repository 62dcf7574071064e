"""The collector: receives beacons and makes them durable.

Never computes, enriches, or reads a database.
"""
