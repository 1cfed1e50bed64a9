"""`python3 config/launch WHAT`: what `make` calls. Before anything is installed: nothing but the standard library here.

This file parses under any Python 3, so that an old one gets a sentence.
"""

import os
import sys

USAGE = "usage: python3 config/launch run | setup | test [pytest's words] | lint | bench | messages | locks | collect"


def main(words):
    from failures import LaunchFailure

    try:
        if sys.version_info < (3, 8):
            raise LaunchFailure(
                "Fagbenk needs Python 3.11, 3.12 or 3.13, and this one is %d.%d." % sys.version_info[:2]
            )
        import machine

        machine.check_python(sys.version_info[:3])
        machine.check_venv()
        return _do(words)
    except LaunchFailure as failure:
        print("Fagbenk: %s" % failure, file=sys.stderr)
        return 1


def _do(words):
    from pathlib import Path

    import quality
    from collect import collect
    from run import run

    root = Path(__file__).resolve().parent.parent.parent
    var = Path(os.environ.get("FAGBENK_VAR") or root / "var").resolve()
    what, rest = (words[0] if words else ""), words[1:]
    if what == "test":
        return quality.test(root, var, rest)
    plain = {"lint": quality.lint, "bench": quality.bench, "messages": quality.messages, "locks": quality.renew_locks}
    if what in plain:
        return plain[what](root, var)
    if what == "run":
        run(root, var)
        return 0
    if what == "setup":
        return 0 if quality.prepared(root, var) else 1
    if what == "collect":
        collect(root / "node_modules", var)
        return 0
    print(USAGE, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
