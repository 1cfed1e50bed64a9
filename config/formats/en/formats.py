"""English as a Norwegian office writes it: days before months, also where a date is typed."""

DATE_INPUT_FORMATS = ["%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y"]
