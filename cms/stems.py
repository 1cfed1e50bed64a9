"""Words as the search compares them: without endings, nynorsk in bokmål's spelling, compounds with their parts.

The databases' own dictionaries know bokmål (PostgreSQL) or English (SQLite), and neither nynorsk nor compounds: so the
same stems are stored with a page and asked for, on both. The endings are those of the Snowball stemmer for Norwegian
(https://snowballstem.org/algorithms/norwegian/stemmer.html) with nynorsk's; wrong now and then, as any stemmer is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_KEPT = "æøå"
SHORTEST_STEM, SHORTEST_PART = 2, 4
GENITIVE = 5  # letters that are left where an s is taken off: kurs is no genitive
# The longest that fits is taken off. Nynorsk's stand beside bokmål's.
ENDINGS = sorted(
    {
        "a", "e", "ane", "ande", "anes", "ar", "ast", "ede", "edes", "en", "ende", "endes", "ene", "enes", "ens", "er",
        "ers", "es", "et", "ets", "ert", "het", "heten", "hetens", "hetene", "heter", "heit", "heita", "heiter", "ing",
        "ingen", "inga", "inger", "ingar", "ingene", "ingane", "lig", "lige", "ligere", "ligst", "leg", "lege",
        "legare", "legast", "else", "elsen", "elser", "elsene", "elsar", "elsane",
    },
    key=len,
    reverse=True,
)  # fmt: skip
# Nynorsk's spelling of words that the workshops use often, at the front of a word, and bokmål's.
SPELLINGS = {
    "verkstad": "verksted", "leiar": "leder", "leiing": "ledels", "tilsett": "ansatt", "einheit": "enhet",
    "eining": "enhet", "rettleiing": "veiledning",
    "rettlei": "veiled", "tryggleik": "sikkerhet", "skul": "skol", "mogleg": "mulig", "kjensle": "følels",
    "løyndom": "hemmelighet", "straffedømd": "straffedømt", "innsett": "innsatt", "vekeplan": "ukeplan",
    "veke": "uke", "mjølk": "melk", "heim": "hjem", "arbeidstakar": "arbeidstaker", "arbeidsgjevar": "arbeidsgiver",
    "noko": "noe", "kva": "hva", "korleis": "hvordan", "kvifor": "hvorfor", "kven": "hvem", "ikkje": "ikke",
    "frå": "fra", "meir": "mer", "fleire": "flere", "utdaning": "utdanning", "førebu": "forbered",
    "kundar": "kunde", "marknad": "marked", "prissetjing": "prissetting", "tilgjenge": "tilgjengelighet",
    "namn": "navn", "handbok": "håndbok", "eigar": "eier", "eigen": "egen", "vegleiing": "veiledning",
    "løysing": "løsning", "forsking": "forskning", "øving": "øvels", "snikkar": "snekker", "kjøken": "kjøkk",
    "kjøkken": "kjøkk",
    "teieplikt": "taushetsplikt", "sjølv": "selv", "håndbøker": "håndbok", "handbøker": "håndbok", "bøker": "bok",
    "bøkene": "bok", "fullført": "fullfør", "gjennomført": "gjennomfør",
}  # fmt: skip
# What compounds in this field are made of, as stems: "arbeidsleder" is found under "leder" too.
PARTS = {
    "arbeid", "verksted", "betjent", "leder", "drift", "fengsel", "samtal", "miljø", "opplær", "utdann", "kurs", "plan",
    "skol", "produkt", "utvikl", "pris", "marked", "kund", "sikkerhet", "verktøy", "maskin", "metod", "rapport", "mål",
    "grupp", "strategi", "kompetans", "bevis", "samling", "konferans", "program", "dokument", "veiled", "håndbok",
    "trafikk", "motivasjon", "endring", "kriminal", "omsorg", "straff", "gjennomfør", "tjenest", "etat", "region",
    "direktorat", "praksis", "lærling", "fag", "fagbrev", "fagopplær", "treverksted", "snekker", "mekan", "kjøkken",
    "vaskeri", "gartneri", "industri", "tekstil", "bygg", "anlegg", "sertifikat", "prøv", "eksamen",
    "krav", "tiltak", "brann", "vern", "føring", "liste", "sjekk", "risiko", "vurder", "etikk", "plikt", "taushet",
    "løsning", "vold", "helse", "økonomi", "salg", "lager", "metall", "sveis", "ansvar", "medarbeid", "ansatt",
    "innsatt", "fange", "avdeling", "enhet", "oppgave", "øvelse", "oppfølg", "aktivitet", "avtale", "frist", "leksjon",
    "material", "bedrift", "soning", "kvalitet", "forskning", "personal", "regel",
    "rutine", "kontroll", "mottak", "språk", "data", "måned",
}  # fmt: skip
_JOINTS = ("", "s", "e")
_NO_PLURAL = ("jerne", "terne", "moderne")
WHOLE = {"kva", "noko", "frå", "meir", "kven", "ikkje", "sjølv"}  # fronts of other words: kvalitet


INSIDE = 5
_LONGEST_FIRST = sorted(SPELLINGS, key=len, reverse=True)


def words(text: str) -> list[str]:
    """The words of a text in small letters, without accents (but with æ, ø and å)."""
    plain = "".join(_plain(letter) for letter in unicodedata.normalize("NFC", text.casefold()))
    return _WORD.findall(plain)


def _plain(letter: str) -> str:
    return letter if letter in _KEPT else unicodedata.normalize("NFD", letter)[0]


def stem(word: str) -> str:
    """`word` (in small letters) without its ending, in bokmål's spelling."""
    word = _in_bokmal(word)
    if word.endswith("erne") and not word.endswith(_NO_PLURAL):  # lederne, as ledere and leder
        word = word.removesuffix("ne")
    if word.endswith("s") and len(word) > GENITIVE and word[-2] in "bcdfghjlmnoprtvyz":
        word = word[:-1]
    word = _without(word, ENDINGS)
    word = _without(word, ("er", "ar"))  # lederen, leder
    if len(word) > SHORTEST_STEM and word[-1] == word[-2]:  # programmet, program
        word = word[:-1]
    return _without_weak_e(word)


def _in_bokmal(word: str) -> str:
    """The spelling of the word's front; of long words, which stand for nothing else, inside a compound too."""
    for nynorsk in _LONGEST_FIRST:
        at = word.find(nynorsk)
        if nynorsk in WHOLE and word != nynorsk:
            continue
        if at == 0 or (at > 0 and len(nynorsk) >= INSIDE):
            word = word[:at] + SPELLINGS[nynorsk] + word[at + len(nynorsk) :]
    return word


def _without(word: str, endings: Iterable[str]) -> str:
    """`word` without the first of `endings` that leaves enough of it: a long ending more than a short one."""
    for ending in endings:
        if ending == "et" and word.endswith(("het", "itet")):  # enhet, aktivitet
            continue
        if word.endswith(ending) and len(word) - len(ending) >= max(SHORTEST_STEM, min(len(ending), 3)):
            return word.removesuffix(ending)
    return word


def _without_weak_e(word: str) -> str:
    """ "fengsel" and "fengsler" are one word."""
    return f"{word[:-2]}l" if len(word) > GENITIVE and word.endswith("el") and word[-3] not in "aeiouyæøå" else word


_PART_STEMS = {stem(part) for part in PARTS}


def parts(word: str) -> Iterator[str]:
    """The stems of the two halves of a compound where the last one is known, which says where the first one ends."""
    for cut in range(SHORTEST_STEM + 1, len(word) - SHORTEST_PART + 1):
        first, last = stem(word[:cut]), stem(word[cut:])
        heads = {first.removesuffix(joint) for joint in _JOINTS} | {stem(word[:cut].removesuffix("s"))}
        if last in _PART_STEMS:
            yield last
            yield from sorted(heads & _PART_STEMS or heads)


@lru_cache(maxsize=20_000)
def _of_a_word(word: str) -> str:
    """Its stem and its parts'. Kept: a site's pages are written in the same few thousand words."""
    return " ".join((stem(word), *dict.fromkeys(parts(word))))


def indexed(text: str) -> str:
    """What is stored with a page: each word's stem and its parts', in the text's order."""
    return " ".join(map(_of_a_word, words(text)))


def asked(query: str) -> list[str]:
    """The stems of what somebody looks for, each once."""
    return list(dict.fromkeys(stem(word) for word in words(query)))


def holds(text: str, stems: Iterable[str]) -> bool:
    """Whether each of `stems` is among the text's."""
    return set(stems) <= set(indexed(text).split())
