"""Addresses below /admin/folk/."""

from django.urls import path

from . import importing, person, records, systems, units, who

urlpatterns = [
    path("folk/import/", importing.import_page, name="people_import"),
    path("folk/import/<uuid:key>/", importing.preview, name="people_import_preview"),
    path("folk/import/<uuid:key>/feil.xlsx", importing.bad_rows, name="people_import_bad_rows"),
    path("folk/hvem/", who.who, name="people_who"),
    path("folk/ansatte/", person.find, name="people_person"),
    path("folk/ansatte/<uuid:person>/", person.show_person, name="people_person_facts"),
    *(
        path(f"folk/ansatte/<uuid:person>/{word}/", person.add, {"kind": kind}, name=f"people_person_{kind}")
        for kind, word in (("post", "stilling"), ("leave", "permisjon"), ("employment", "ansettelse"))
    ),
    path("folk/ansatte/<uuid:person>/rett/<str:kind>/<int:pk>/", person.correct, name="people_person_correct"),
    path("folk/enheter/", units.units, name="people_units"),
    *(
        path(f"folk/enheter/{word}/", units.reorganise, {"deed": deed}, name=f"people_units_{deed}")
        for deed, word in (("open", "ny"), ("move", "flytt"), ("merge", "sla-sammen"), ("close", "legg-ned"))
    ),
    path("folk/oppforinger/", records.records, name="people_merge"),
    path("folk/oppforinger/<int:key>/del/", records.part, name="people_merge_part"),
    path("folk/systemer/", systems.systems, name="people_keys"),
    path("folk/systemer/<int:key>/trekk/", systems.revoke, name="people_keys_revoke"),
    path("folk/systemer/gruppe/<uuid:key>/", systems.group, name="people_keys_group"),
]
