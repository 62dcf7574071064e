"""The operator's command, `kikkake`.

Commands of a service come in by the entry point group `kikkake.commands`: shared imports no service.
"""
