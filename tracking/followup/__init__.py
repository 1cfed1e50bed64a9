"""What follows from the figures for those who lead: the team's page; digests and reminders come here."""
