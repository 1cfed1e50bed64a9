"""What may go wrong before Fagbenk runs: the message is the sentence that the person at the terminal reads."""


class LaunchFailure(Exception):
    """Something that the person at the terminal can mend; ends the launch with exit status 1."""
