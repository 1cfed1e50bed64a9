"""The privacy officer's pages in Wagtail's admin: what is stored of a person, who looked, and erasing."""
