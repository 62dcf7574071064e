"""The shapes that cross a wire: messages from sites, decide requests and answers, problem documents.

Only shapes: no judgement, no IO.
"""
