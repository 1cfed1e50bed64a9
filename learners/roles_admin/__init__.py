"""Roles in Wagtail's admin: who has which, given and ended with dates, and by whom."""
