"""Try the README as it stands: `python -m tests.fresh_clone`. A fresh clone, an empty home, its two commands.

The first command is run twice: once with `--no-tui`, reading the line it prints, and once in a real terminal, where
the app must open and quit. Then the test command. Needs a POSIX machine and the network for the packages.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.e2e.terminal import Terminal

ROOT = Path(__file__).parent.parent


def readme_command(heading: str) -> str:
    """The shell line under a heading of the README."""
    match = re.search(rf"^## {heading}$.*?^```sh\n(.+?)\n```", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)
    if match is None:
        raise SystemExit(f"README.md has no command under {heading!r}")
    return match[1]


def step(words: str, started: float) -> None:
    """Say what comes next."""
    print(f"== {words} ({time.monotonic() - started:.0f} s)", flush=True)


def main() -> None:
    """Run all of it; the exit code is that of the first command that failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-tests", action="store_true", help="leave the test command out")
    options = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fresh-") as folder:
        home, clone = Path(folder) / "home", Path(folder) / "clone"
        home.mkdir()
        keep = {"PATH", "LANG", "LC_ALL", "PIP_INDEX_URL", "PIP_CONFIG_FILE", "SSL_CERT_FILE", "TERM"}
        env = {name: value for name, value in os.environ.items() if name in keep} | {"HOME": str(home)}
        step("clone", started)
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True, env=env)

        step("Try it, without the app", started)
        demo = readme_command("Try it")
        run = subprocess.Popen(
            ["bash", "-c", f"{demo} --no-tui"],
            cwd=clone,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert run.stdout is not None
        where = json.loads(run.stdout.readline())
        assert Path(where["passphrase_file"]).read_text("utf-8").strip()
        assert Path(where["home"], "vault.hdr").exists()
        run.communicate("")
        assert run.returncode == 0, run.returncode
        assert not Path(where["home"]).exists(), "the demo left its home behind"

        step("Try it, in a terminal", started)
        with Terminal(["bash", "-c", f"cd {clone} && {demo} --lang da"], env=env | {"PYTHONUTF8": "1"}) as terminal:
            terminal.wait_for("I dag", "Sagsstamme", "forfald", patience=300)
            terminal.press("ctrl+q")
            assert terminal.exit_code() == 0
            terminal.left_clean()
        left = [path for path in home.rglob("*") if path.is_file() and "pip" not in path.parts]
        print(f"files left in the empty home: {[str(path.relative_to(home)) for path in left]}")

        if not options.no_tests:
            step("Test it", started)
            done = subprocess.run(["bash", "-c", readme_command("Test it")], cwd=clone, env=env, check=False)
            if done.returncode:
                sys.exit(done.returncode)
        step("held", started)


if __name__ == "__main__":
    main()
