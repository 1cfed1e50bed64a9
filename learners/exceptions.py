"""What can go wrong with people and their facts."""


class LearnersError(Exception):
    """Something about people, units or access could not be done."""


class FactConflict(LearnersError):
    """A fact was to be closed that had already been closed."""


class UnknownStop(LearnersError):
    """An address that should stop a kind of mail is not one of ours, or what it was about is gone."""


class NotPossible(LearnersError):
    """What was asked for cannot be done to people or units; the message is a sentence for whoever asked."""


class RoleRefused(LearnersError):
    """A role cannot be given or ended so; the message says why, for the one who tried."""


class ErasureRefused(LearnersError):
    """A person cannot be erased so; the message says why, for the one who tried."""
