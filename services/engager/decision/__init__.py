"""The decision: from a site's campaigns, a person, a ledger and a request to what is shown, and why not the rest.

Pure: `now` and the new decision's id are parameters; allocation is a hash, so the same question has the same answer.
"""
