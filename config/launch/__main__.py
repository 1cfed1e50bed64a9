"""`python3 config/launch WHAT`: what `make` calls. Everything here runs before anything is installed: no imports but the standard library."""

import os
import sys
from pathlib import Path

from collect import collect

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("FAGBENK_VAR", ROOT / "var"))


def main(words: list[str]) -> int:
    collect(ROOT / "node_modules", VAR)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
