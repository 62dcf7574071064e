"""What the analyzer learns of a campaign's variants and the engager gives visitors by: draws, contexts, shares.

Pure; never knows which service it runs in, so that both come to the same shares.
"""
