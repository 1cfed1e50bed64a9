"""What can go wrong with people and their facts."""


class LearnersError(Exception):
    """Something about people, units or access could not be done."""


class FactConflict(LearnersError):
    """A fact was to be closed that had already been closed."""
