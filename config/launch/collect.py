"""Collects the few files that pages and PDFs need from node_modules into the state folder's `npm/`.

`npm/` is one of the STATICFILES_DIRS, so `vendor/htmx/htmx.min.js` is `{% static "vendor/htmx/htmx.min.js" %}`.
"""

import shutil
from pathlib import Path

CSS = "@digdir/designsystemet-css"
THEME = "@digdir/designsystemet-theme"
INTER = "@fontsource-variable/inter"
INTER_TTF = "@expo-google-fonts/inter"

# Below node_modules -> below <state folder>/npm.
FILES = {
    # The design system: components, then the tokens of its neutral theme (our own theme stands in static/).
    f"{CSS}/dist/src/index.css": "vendor/designsystemet/index.css",
    f"{CSS}/LICENSE": "vendor/designsystemet/LICENSE",
    f"{THEME}/src/themes/designsystemet.css": "vendor/designsystemet/theme.css",
    # Partial updates.
    "htmx.org/dist/htmx.min.js": "vendor/htmx/htmx.min.js",
    "htmx.org/LICENSE": "vendor/htmx/LICENSE",
    # Inter for pages: latin, and latin-ext for Northern Sami's letters.
    f"{INTER}/files/inter-latin-wght-normal.woff2": "vendor/inter/inter-latin-wght-normal.woff2",
    f"{INTER}/files/inter-latin-ext-wght-normal.woff2": "vendor/inter/inter-latin-ext-wght-normal.woff2",
    f"{INTER}/LICENSE": "vendor/inter/LICENSE",
}
# Inter for PDFs (typst reads no woff2): below <state folder>/fonts, which is no static folder.
FONTS = {
    f"{INTER_TTF}/400Regular/Inter_400Regular.ttf": "Inter-Regular.ttf",
    f"{INTER_TTF}/400Regular_Italic/Inter_400Regular_Italic.ttf": "Inter-Italic.ttf",
    f"{INTER_TTF}/600SemiBold/Inter_600SemiBold.ttf": "Inter-SemiBold.ttf",
    f"{INTER_TTF}/700Bold/Inter_700Bold.ttf": "Inter-Bold.ttf",
    f"{INTER_TTF}/LICENSE_FONT": "LICENSE",
}


def collect(node_modules: Path, var: Path) -> None:
    """Copy FILES to `var/npm` and FONTS to `var/fonts`; raises FileNotFoundError where a package is missing."""
    for below, files in (("npm", FILES), ("fonts", FONTS)):
        for source, target in files.items():
            _copy(node_modules / source, var / below / target)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix not in {".js", ".css"}:
        shutil.copyfile(source, target)
        return
    # A comment that names a source map stops the manifest storage: the map is not collected.
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    target.write_text("".join(line for line in lines if "sourceMappingURL=" not in line), encoding="utf-8")
