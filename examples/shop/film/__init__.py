"""The shop's film, drawn frame by frame: no footage, no fonts, nothing to download.

Must never depend on anything but Pillow and numpy, nor differ from one making to the next.
"""
