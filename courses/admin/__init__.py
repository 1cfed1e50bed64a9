"""Campaigns and the courses' records in Wagtail's admin."""
