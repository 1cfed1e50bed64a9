"""The JSON API for people and units at /api/v1/: read on any day, changed through the import's own checks."""
