"""The admin's pages for people data: import, who was where, units, merged records, other systems' keys."""
