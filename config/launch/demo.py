"""The demo's database: migrated, loaded once, with a password and a key of this machine's own."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from commands import Commands
from environment import APPS, Environment
from failures import LaunchFailure
from stamps import Stamps, digest

# No letters or digits that look alike on a terminal.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def secret(path: Path, groups: int) -> str:
    """What stands in `path`; made at random the first time, for its owner's eyes only."""
    if path.is_file() and path.read_text(encoding="utf-8").strip():
        return path.read_text(encoding="utf-8").strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    made = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(groups))
    path.write_text(made + "\n", encoding="utf-8")
    return made


def settings(inherited: Mapping[str, str], var: Path, port: int) -> dict[str, str]:
    """The environment of every process of the demo."""
    made = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "FAGBENK_DEMO": "1",
        "FAGBENK_DEMO_PASSWORD": secret(var / "demo-password", 4),
        "FAGBENK_VAR": str(var),
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "SECRET_KEY": secret(var / "secret-key", 16),
    }
    # Where this is set nothing is compiled, and every start takes more than twice as long.
    kept = {name: value for name, value in inherited.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **made}


class Demo:
    """The steps from an installed environment to a database with the demo in it."""

    def __init__(self, environment: Environment, commands: Commands) -> None:
        self.environment, self.commands = environment, commands
        self.root, self.var = environment.root, environment.var
        self.url = commands.environment.get("DATABASE_URL", "")
        self.embedded = self.var / "fagbenk.sqlite3"
        # One set of stamps a database: another DATABASE_URL is another demo.
        self.stamps = Stamps(self.var / "stamps" / digest(self.url)[:12])

    def manage(self, what: str, *words: str, shown: bool = False) -> None:
        self.commands.run(what, [self.environment.python, "manage.py", *words], shown=shown)

    def migrate(self) -> None:
        """Our own database begins anew until it has once been loaded: some migrations leave half of themselves when
        they are cut off. A server's database is left to its owner, who may have given us one with something in it.
        """
        if self.url:
            self.commands.say("Database: bringing the tables up to date")
            self.manage("Migrating the database", "migrate", "--noinput", "--verbosity", "0")
            return
        if not (self.embedded.exists() and self.stamps.has("loaded")):
            self._forget()
        migrations = sorted(path for app in APPS for path in (self.root / app).rglob("migrations"))
        wanted = digest(self.environment.lock, *migrations)
        if self.stamps.fits("migrated", wanted):
            return
        self.commands.say("Database: bringing the tables up to date")
        try:
            self.manage("Migrating the database", "migrate", "--noinput", "--verbosity", "0")
        except LaunchFailure as failure:
            raise LaunchFailure(f"{failure} To begin anew with fresh demo data: rm -r {self.var}") from None
        self.stamps.write("migrated", wanted)

    def _forget(self) -> None:
        for path in self.var.glob("fagbenk.sqlite3*"):
            path.unlink()
        for name in ("loaded", "migrated"):
            self.stamps.remove(name)

    def load(self) -> None:
        if self.stamps.has("loaded"):
            return
        self.commands.say("Demo: loading invented people, courses and twelve weeks of learning (once)")
        self.manage("Loading the demo", "seed_demo", shown=True)
        self.stamps.write("loaded", "")

    def collect_static(self) -> None:
        own = [self.root / "static", *(self.root / app / "static" for app in APPS)]
        wanted = digest(
            self.environment.lock, self.root / "package-lock.json", Path(__file__).with_name("collect.py"), *own
        )
        if self.stamps_of_files.fits("static", wanted):
            return
        self.commands.say("Static files: collecting")
        self.stamps_of_files.remove("static")
        self.manage("Collecting static files", "collectstatic", "--noinput", "--clear", "--verbosity", "0")
        self.stamps_of_files.write("static", wanted)

    @property
    def stamps_of_files(self) -> Stamps:
        return Stamps(self.var / "stamps")
