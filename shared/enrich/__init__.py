"""Enrichment: what a message means beyond its own words; the same pure function in engager and analyzer.

Never reads a clock, a network or a file at run time.
"""

from shared.enrich.message import Enriched, PageSeen, Purchase, enrich_message
from shared.enrich.video import VideoSeen

__all__ = ["Enriched", "PageSeen", "Purchase", "VideoSeen", "enrich_message"]
