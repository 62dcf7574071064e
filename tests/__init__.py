"""The tests; each folder is one layer (docs/testing in CONTRIBUTING)."""
