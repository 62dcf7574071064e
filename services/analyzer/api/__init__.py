"""The operator's HTTP interface (contract parts 4 and 5).

Never computes: it checks, asks the control database or the reports, and answers.
"""
