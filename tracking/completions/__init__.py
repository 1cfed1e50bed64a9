"""Statements -> Completion; refresh one, rebuild all."""
