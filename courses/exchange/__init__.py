"""Questions and courses as files: Moodle XML, GIFT, and a whole course as one file."""
