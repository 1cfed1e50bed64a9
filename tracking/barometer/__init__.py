"""Completion + assignment -> figures, as docs/barometer.md defines them."""
