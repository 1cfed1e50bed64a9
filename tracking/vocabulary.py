"""The xAPI words that Fagbenk speaks: verbs, activity types, extensions.

Verbs and types are ADL's (https://profiles.adlnet.gov); `launched`, `initialized` and `terminated` as cmi5 uses them.
"""

from __future__ import annotations

from django.conf import settings

ADL = "http://adlnet.gov/expapi/verbs/"
LAUNCHED = ADL + "launched"
INITIALIZED = ADL + "initialized"
EXPERIENCED = ADL + "experienced"
ANSWERED = ADL + "answered"
PASSED = ADL + "passed"
FAILED = ADL + "failed"
COMPLETED = ADL + "completed"
TERMINATED = ADL + "terminated"
ATTENDED = ADL + "attended"
VOIDED = ADL + "voided"
DISPLAY = {
    LAUNCHED: {"en": "launched", "nb": "startet", "nn": "starta"},
    INITIALIZED: {"en": "initialized", "nb": "åpnet", "nn": "opna"},
    EXPERIENCED: {"en": "experienced", "nb": "gikk gjennom", "nn": "gjekk gjennom"},
    ANSWERED: {"en": "answered", "nb": "svarte på", "nn": "svarte på"},
    PASSED: {"en": "passed", "nb": "besto", "nn": "bestod"},
    FAILED: {"en": "failed", "nb": "besto ikke", "nn": "bestod ikkje"},
    COMPLETED: {"en": "completed", "nb": "fullførte", "nn": "fullførte"},
    ATTENDED: {"en": "attended", "nb": "deltok på", "nn": "deltok på"},
    VOIDED: {"en": "voided", "nb": "annullerte", "nn": "annullerte"},
    TERMINATED: {"en": "terminated", "nb": "avsluttet", "nn": "avslutta"},
}

TYPES = "http://adlnet.gov/expapi/activities/"
COURSE = TYPES + "course"
LESSON = TYPES + "lesson"
ASSESSMENT = TYPES + "assessment"
QUESTION = TYPES + "cmi.interaction"
MEETING = TYPES + "meeting"
MODULE = TYPES + "module"
PROGRAMME = "http://id.tincanapi.com/activitytype/collection-simple"
SESSION_ID = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
ATTEMPT = "/xapi/extensions/attempt"


def extension(name: str) -> str:
    """An extension of our own, below the installation's base IRI."""
    return settings.XAPI_BASE + name
