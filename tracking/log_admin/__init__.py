"""The record store in the admin: keys, statements, other stores, and how much comes in."""
