"""The demo shop: a small tea garden that sells online, with a film, and the one-line tag on every page.

It stands for any customer's site, so it must never know more of Kikkake than the outside contract says.
"""
