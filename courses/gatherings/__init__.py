"""Gatherings: who may register, who has a seat, who waits, and what everybody is told."""
