"""What answers at /xapi/."""
