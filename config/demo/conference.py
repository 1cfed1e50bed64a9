"""The demo's conference: two days with a programme, and documents and pictures from before and after."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.core.files.base import ContentFile

from cms import typesetting
from courses.loader import CONTENT
from courses.models import Gathering, Material

TEMPLATE = Path(__file__).with_name("handout.typ")
DAY_ONE = (
    "09:00 Kaffe og velkommen\n09:30 Arbeid som virker: hva vet vi?\n10:45 Fagene i verkstedene\n12:00 Lunsj\n"
    "12:45 Grupper: arbeidsdagen på tavla\n14:00 Fra løslatelse til jobb"
)
DAY_TWO = (
    "08:30 Kaffe\n09:00 Produkter som selger: tre verksteder viser fram\n10:30 Pris, kvalitet og leveringstid\n"
    "12:00 Lunsj\n12:45 NAV og skolen: hvem gjør hva?\n14:00 Veien videre"
)
DAY_ONE_NN = (
    "09:00 Kaffi og velkomen\n09:30 Arbeid som verkar: kva veit vi?\n10:45 Faga i verkstadene\n12:00 Lunsj\n"
    "12:45 Grupper: arbeidsdagen på tavla\n14:00 Frå lauslating til jobb"
)
DAY_TWO_NN = (
    "08:30 Kaffi\n09:00 Produkt som sel: tre verkstader viser fram\n10:30 Pris, kvalitet og leveringstid\n"
    "12:00 Lunsj\n12:45 NAV og skulen: kven gjer kva?\n14:00 Vegen vidare"
)
PICTURES = (
    ("miljoarbeid-i-verkstedet/figures/arbeidsdagen.nb.svg", "Arbeidsdagen på tavla", "Arbeidsdagen på tavla",
     "Tegning av en arbeidsdag i verkstedet, fra oppstart til opprydding."),
    ("motiverende-samtaler/figures/fire-prosesser.nb.svg", "Gruppene tegnet de fire prosessene",
     "Gruppene teikna dei fire prosessane", "Tegning av de fire prosessene i motiverende samtaler."),
)  # fmt: skip


def hand_out(gathering: Gathering, demo: str) -> None:
    """The programme before; the slides' text and the pictures after. `demo`: the line that says all is invented."""
    first, last = gathering.sessions.order_by("starts"), gathering.sessions.order_by("-starts")
    at = last[0].ends
    told = [(one.starts, [line.split(" ", 1) for line in one.agenda_in("nb")]) for one in first]
    days = [{"heading": f"Dag {number}", "rows": rows} for number, (_at, rows) in enumerate(told, 1)]
    _paper(gathering, "program", ("Program", "Program"), Material.When.BEFORE, days, demo, at)
    notes = [{"heading": "Det vi tar med hjem", "rows": [["1", "En plan for hver innsatt, ikke bare for hver ordre."],
             ["2", "Priser som tåler å bli vist fram."], ["3", "NAV inn i verkstedet før løslatelsen."]]}]  # fmt: skip
    _paper(gathering, "oppsummering", ("Oppsummering", "Oppsummering"), Material.When.AFTER, notes, demo, at)
    for source, title, title_nn, alt in PICTURES:
        drawn = typesetting.png((CONTENT / source).read_text(encoding="utf-8"), ppi=110)
        made = Material(gathering=gathering, title=title, title_nn=title_nn, when=Material.When.AFTER, alt=alt)
        made.file.save(f"{Path(source).stem.split('.')[0]}.png", ContentFile(drawn))


def _paper(
    gathering: Gathering, name: str, titles: tuple[str, str], when: str, parts: list[dict], demo: str, at: dt.datetime
) -> None:
    told = {"title": f"{gathering.title}: {titles[0]}", "parts": parts, "demo": demo}
    made = Material(gathering=gathering, title=titles[0], title_nn=titles[1], when=when)
    made.file.save(f"{name}.pdf", ContentFile(typesetting.pdf(TEMPLATE, told, at)))
