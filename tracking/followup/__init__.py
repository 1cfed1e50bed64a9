"""What follows from the figures for those who lead: the team's page, reminders, time set aside, plans, disputes."""
