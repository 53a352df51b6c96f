"""Commands about the ways into the vault: list and remove them, and a new root key."""

import sys

import click

from broker_tui.cli_base import LOCKED, Cli, Cmd, Failure, common, option, pass_cli, say, table, tell
from broker_tui.i18n import N_, _
from broker_tui.i18n.ways_in import label


@click.command(cls=Cmd, help=N_("What can open the caseload. --remove ID takes one away, after a question."))
@option("--remove", metavar="ID", help=N_("The id of what shall no longer open the caseload."))
@option("--yes", is_flag=True, help=N_("Do not ask."))
@common
@pass_cli
def slots(cli: Cli, remove: str | None, yes: bool) -> None:
    """List, or remove one."""
    from broker_tui.bootstrap import noted
    from broker_tui.vault import SlotRefused, Vault

    with Vault.unlock(cli.folder(), cli.passphrase(), cli.kdf) as unlocked:
        if remove is not None:
            found = next((way for way in unlocked.ways_in() if way.id == remove), None)
            if found is None:
                raise SlotRefused
            _agreed(yes, label(found.kind))
            unlocked.remove_way(remove)
            noted(unlocked, "slot_removed", found.kind)
            if found.kind == "municipality" and not cli.as_json:
                say(_("It comes back with the next sync, as long as the hub hands out a key."))
        ways = unlocked.ways_in()
    if cli.as_json:
        tell([{"id": way.id, "type": way.kind, "made": way.made, "org_key": way.org_key} for way in ways])
        return
    rows = [(way.id, label(way.kind), way.made[:10], way.org_key) for way in ways]
    table(rows, (_("Id"), _("Opens with"), _("Made"), _("Key")))


def _agreed(yes: bool, name: str) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise Failure(_("Nobody is here to ask. Add --yes."), LOCKED)
    question = _("{name} will no longer open the caseload. Remove it?").format(name=name)
    click.confirm(question, abort=True, err=True)


@click.command(
    cls=Cmd,
    help=N_(
        "Give the caseload a new root key and write it anew under it. Shows a new recovery code once. Older backups "
        "open as before."
    ),
)
@common
@pass_cli
def rotate_key(cli: Cli) -> None:
    """Turn the key."""
    from broker_tui.bootstrap import noted
    from broker_tui.vault import Vault

    passphrase = cli.passphrase()
    code = Vault.rotate(cli.folder(), passphrase, cli.kdf)
    with Vault.unlock(cli.folder(), passphrase, cli.kdf) as unlocked:
        noted(unlocked, "rotated")
    if cli.as_json:
        tell({"recovery_code": code})
        return
    say(_("The caseload has a new key. Older backups open with the passphrase they were made under."))
    say(_("Recovery code, shown only this once. Write it on paper and keep it away from the laptop:"))
    say(f"\n    {code}\n")
