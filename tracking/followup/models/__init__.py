"""What a leader decides and sends, and what an employee disputes."""

from .digests import DigestDay
from .disputes import Dispute
from .plans import LocalPlan, Measure
from .slots import Slot, SlotOffer
from .teamwork import Obstacle, Reminder, Shift

__all__ = ["DigestDay", "Dispute", "LocalPlan", "Measure", "Obstacle", "Reminder", "Shift", "Slot", "SlotOffer"]
