"""The demo: an invented staff in the public structure of the Norwegian correctional service, and what they have done."""
