"""The demo: invented people in the public structure of the correctional service, and what they have done."""
