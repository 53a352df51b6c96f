"""Commands about the vault itself: make, change the passphrase, recover, check, back up, restore."""

from pathlib import Path

import click

from broker_tui.cli_base import (
    FOUND,
    LOOK,
    Cli,
    Cmd,
    Failure,
    ask_secret,
    common,
    option,
    pass_cli,
    say,
    secret_from,
    tell,
)
from broker_tui.i18n import N_, _, language, ngettext

FILE = click.Path(path_type=Path, dir_okay=False)


def _new_passphrase(file: Path | None) -> str:
    return secret_from(file) if file is not None else ask_secret(_("New passphrase"), twice=True)


@click.command(cls=Cmd, help=N_("Make a new caseload. Shows the recovery code once: write it down on paper."))
@option("--name", help=N_("Your name."))
@common
@pass_cli
def init(cli: Cli, name: str | None) -> None:
    """Make the vault, keep the language beside it, show the recovery code."""
    import json

    from broker_tui import oslayer
    from broker_tui.bootstrap import create
    from broker_tui.vault import Vault, VaultExists

    home = cli.folder()
    if Vault.exists(home):
        raise VaultExists
    if name is None:
        name = "" if cli.passphrase_file else click.prompt(_("Your name"), err=True)
    services, code = create(home, cli.passphrase(new=True), name, cli.time(), cli.kdf)
    services.settings.set("language", language())
    services.close()
    kept = json.dumps({"language": language()}).encode("utf-8")
    oslayer.write_atomically(home / LOOK, kept)
    if cli.as_json:
        tell({"home": str(home), "name": name, "recovery_code": code})
        return
    say(_("The caseload is ready in {home}.").format(home=home))
    say(_("Recovery code, shown only this once. Write it on paper and keep it away from the laptop:"))
    say(f"\n    {code}\n")


@click.command(cls=Cmd, help=N_("Change the passphrase. Older backups keep the older one."))
@option("--new-passphrase-file", "file", type=FILE, help=N_("File that holds the new passphrase."))
@common
@pass_cli
def passphrase(cli: Cli, file: Path | None) -> None:
    """Change it."""
    from broker_tui.vault import Vault

    current = cli.passphrase()
    Vault.change_passphrase(cli.folder(), current, _new_passphrase(file), cli.kdf)
    if cli.as_json:
        tell({"changed": True})
    else:
        say(_("The passphrase is changed."))


@click.command(
    cls=Cmd,
    help=N_(
        "A new recovery code, shown once; the one before stops working. With --code: set a new passphrase by the "
        "code on paper."
    ),
)
@option("--code", help=N_("The recovery code; - reads it from standard input."))
@option("--new-passphrase-file", "file", type=FILE, help=N_("File that holds the new passphrase."))
@common
@pass_cli
def recovery(cli: Cli, code: str | None, file: Path | None) -> None:
    """Make a code or use one."""
    from broker_tui.vault import Vault

    if code is not None:
        Vault.unlock_with_recovery(cli.folder(), code, _new_passphrase(file), cli.kdf).close()
        if cli.as_json:
            tell({"changed": True})
        else:
            say(_("The passphrase is changed."))
        return
    with Vault.unlock(cli.folder(), cli.passphrase(), cli.kdf) as unlocked:
        fresh = unlocked.new_recovery_code()
    if cli.as_json:
        tell({"recovery_code": fresh})
    else:
        say(_("Recovery code, shown only this once. Write it on paper and keep it away from the laptop:"))
        say(f"\n    {fresh}\n")


@click.command(cls=Cmd, help=N_("Read the whole database and say what is wrong. Exit code 1 when something is."))
@common
@pass_cli
@click.pass_context
def check(ctx: click.Context, cli: Cli) -> None:
    """Check every page and index."""
    from broker_tui import vault

    with vault.Vault.unlock(cli.folder(), cli.passphrase(), cli.kdf) as unlocked:
        found = vault.check(unlocked)
    if cli.as_json:
        tell({"problems": found})
    elif not found:
        say(_("The vault is sound."))
    else:
        say(ngettext("{count} problem:", "{count} problems:", len(found)).format(count=len(found)))
        for line in found:
            say(line)
    if found:
        ctx.exit(FOUND)


@click.command(cls=Cmd, help=N_("Write an encrypted backup to FILE and prove that it opens."))
@click.argument("file", type=FILE)
@common
@pass_cli
def backup(cli: Cli, file: Path) -> None:
    """Write a backup."""
    from broker_tui import vault

    with vault.Vault.unlock(cli.folder(), cli.passphrase(), cli.kdf) as unlocked:
        vault.backup(unlocked, file)
    if cli.as_json:
        tell({"file": str(file)})
    else:
        say(_("The backup is written and proved: {file}").format(file=file))


@click.command(
    cls=Cmd,
    help=N_("Put the backup FILE in place, with the passphrase it was made with. What stands there is put aside."),
)
@click.argument("file", type=FILE)
@common
@pass_cli
def restore(cli: Cli, file: Path) -> None:
    """Restore a backup."""
    from broker_tui import vault

    if not file.is_file():
        raise Failure(_("The file {path} cannot be read. Check its name and rights.").format(path=file))
    aside = vault.restore(cli.folder(), file, cli.passphrase(), cli.kdf)
    if cli.as_json:
        tell({"home": str(cli.folder()), "aside": str(aside) if aside else None})
        return
    say(_("The backup is in place in {home}.").format(home=cli.folder()))
    if aside is not None:
        say(_("What stood there before lies in {folder}.").format(folder=aside))
