"""Commands run inside the test process, over a vault whose key costs nothing to derive."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from broker_tui.cli import cli
from broker_tui.cli_base import Cli
from tests.unit.services.services_helpers import PASSPHRASE, FreeDerivation, StillClock


@dataclass
class Laptop:
    """One home and the commands typed there."""

    folder: Path
    clock: StillClock = field(default_factory=StillClock)

    @property
    def home(self) -> Path:
        """Where the vault lies."""
        return self.folder / "home"

    def run(self, *args: str, stdin: str | bytes | None = None, exit_code: int = 0) -> Result:
        """One command; its exit code is checked."""
        secret = self.folder / "passphrase"
        if not secret.exists():
            secret.write_text(PASSPHRASE + "\n", encoding="utf-8")
        env = {"BROKER_HOME": str(self.home), "BROKER_PASSPHRASE_FILE": str(secret)}
        obj = Cli(kdf=FreeDerivation(), clock=self.clock)
        result = CliRunner().invoke(cli, list(args), obj=obj, env=env, input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == exit_code, result.output
        return result

    def json(self, *args: str, stdin: str | bytes | None = None) -> Any:
        """What a command answers with `--json`."""
        return json.loads(self.run(*args, "--json", stdin=stdin).stdout)

    def refuse(self, *args: str, stdin: str | bytes | None = None, exit_code: int = 4) -> list[str]:
        """The lines on standard error of a command that is refused."""
        return self.run(*args, stdin=stdin, exit_code=exit_code).stderr.splitlines()

    def person(self, name: str = "Jonas Prøve", *more: str) -> str:
        """The id of an invented person."""
        return str(self.json("add", "citizen", "--name", name, "--programme", "uif2", *more)["id"])
