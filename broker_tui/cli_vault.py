"""Commands about the vault itself: make, change the passphrase, recover, check, back up, restore."""

from pathlib import Path

import click

from broker_tui.cli_base import (
    FOUND,
    LOOK,
    TEXT,
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
MAX_ANSWER = 64 * 1024


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
    from broker_tui.bootstrap import noted
    from broker_tui.vault import Vault

    current = cli.passphrase()
    new = _new_passphrase(file)
    with Vault.unlock(cli.folder(), current, cli.kdf) as unlocked:
        unlocked.change_passphrase(current, new)
        noted(unlocked, "passphrase")
    if cli.as_json:
        tell({"changed": True})
    else:
        say(_("The passphrase is changed."))


@click.command(
    cls=Cmd,
    help=N_(
        "A new recovery code, shown once; the one before stops working. With --code: set a new passphrase by the "
        "code on paper. Without either: --request FILE asks IT, --answer FILE takes their answer."
    ),
)
@option("--code", help=N_("The recovery code; - reads it from standard input."))
@option("--request", type=FILE, help=N_("Write a request to IT into FILE; it holds nothing about people."))
@option("--answer", type=FILE, help=N_("IT's answer: sets a new passphrase."))
@option("--new-passphrase-file", "file", type=FILE, help=N_("File that holds the new passphrase."))
@common
@pass_cli
def recovery(cli: Cli, code: str | None, request: Path | None, answer: Path | None, file: Path | None) -> None:
    """Make a code or use one, or walk by IT."""
    from broker_tui.bootstrap import noted
    from broker_tui.vault import Vault

    if sum(given is not None for given in (code, request, answer)) > 1:
        raise click.UsageError(_("Give one of --code, --request and --answer."))
    if request is not None:
        _ask_it(cli, request)
        return
    if answer is not None:
        _take_answer(cli, answer, file)
        return
    if code is not None:
        with Vault.unlock_with_recovery(cli.folder(), code, _new_passphrase(file), cli.kdf) as unlocked:
            noted(unlocked, "recovered", "recovery-code")
        if cli.as_json:
            tell({"changed": True})
        else:
            say(_("The passphrase is changed."))
        return
    with Vault.unlock(cli.folder(), cli.passphrase(), cli.kdf) as unlocked:
        fresh = unlocked.new_recovery_code()
        noted(unlocked, "recovery_code")
    if cli.as_json:
        tell({"recovery_code": fresh})
    else:
        say(_("Recovery code, shown only this once. Write it on paper and keep it away from the laptop:"))
        say(f"\n    {fresh}\n")


def _ask_it(cli: Cli, file: Path) -> None:
    """Write the request and show the code both people compare."""
    from broker_tui import oslayer
    from broker_tui.vault import Vault

    if file.exists():
        raise Failure(_("There is a file {path} already. Name another one.").format(path=file))
    data, code = Vault.request_recovery(cli.folder())
    try:
        oslayer.write_atomically(file, data)
    except OSError:
        raise Failure(_("The file {path} cannot be written. Check its name and rights.").format(path=file)) from None
    if cli.as_json:
        tell({"file": str(file), "code": code})
        return
    say(_("The request is in {file}. Take it to IT and read this code to them:").format(file=file))
    say(f"\n    {code}\n")
    say(_("Then: broker recovery --answer FILE"))


def _take_answer(cli: Cli, file: Path, new: Path | None) -> None:
    """Open with IT's answer; the passphrase is new from here on."""
    from broker_tui.bootstrap import noted
    from broker_tui.vault import Vault

    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_ANSWER)
    except OSError:
        raise Failure(_("The file {path} cannot be read. Check its name and rights.").format(path=file)) from None
    with Vault.unlock_with_answer(cli.folder(), data, _new_passphrase(new), cli.kdf) as unlocked:
        noted(unlocked, "recovered", "municipality")
    if cli.as_json:
        tell({"changed": True})
        return
    say(_("The passphrase is changed."))
    say(_("Delete the answer, and give the caseload a new key: broker rotate-key"))


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
@option(
    "--code",
    type=TEXT,
    help=N_("The recovery code of that time instead of the passphrase; - reads it from standard input."),
)
@common
@pass_cli
def restore(cli: Cli, file: Path, code: str | None) -> None:
    """Restore a backup."""
    from broker_tui import vault

    if not file.is_file():
        raise Failure(_("The file {path} cannot be read. Check its name and rights.").format(path=file))
    if code is not None:
        aside = vault.restore_with_code(cli.folder(), file, code, cli.kdf)
    else:
        aside = vault.restore(cli.folder(), file, cli.passphrase(), cli.kdf)
    if cli.as_json:
        tell({"home": str(cli.folder()), "aside": str(aside) if aside else None})
        return
    say(_("The backup is in place in {home}.").format(home=cli.folder()))
    if aside is not None:
        say(_("What stood there before lies in {folder}.").format(folder=aside))


@click.command(
    cls=Cmd,
    help=N_(
        "Bring a damaged caseload back: what still reads is put on top of the newest sound backup. The damaged files "
        "are kept aside."
    ),
)
@common
@pass_cli
def rescue(cli: Cli) -> None:
    """Bring it back."""
    from broker_tui.i18n import rescue_words
    from broker_tui.rescuing import rescue as bring_back
    from broker_tui.rescuing import unlock_damaged

    with unlock_damaged(cli.folder(), cli.passphrase(), cli.kdf) as unlocked:
        found = bring_back(unlocked, cli.time())
    if cli.as_json:
        tell(
            {
                "readable": found.readable,
                "backup": found.backup,
                "operations": found.operations,
                "unsent": found.unsent,
                "drafts": found.drafts,
                "lost": found.lost,
                "sure": found.sure,
                "aside": str(found.aside),
            }
        )
        return
    for sentence in rescue_words.sentences(found):
        say(sentence)


@click.command(cls=Cmd, help=N_("The backups this caseload keeps of itself. --check reads each to its last page."))
@option("--check", "whole", is_flag=True, help=N_("Read each; exit code 1 when one is damaged."))
@option("--now", "at_once", is_flag=True, help=N_("Write one first."))
@common
@pass_cli
@click.pass_context
def backups(ctx: click.Context, cli: Cli, whole: bool, at_once: bool) -> None:
    """List them."""
    from broker_tui.i18n import format

    with cli.opened() as services:
        if at_once:
            services.backups.at_once()
        found = services.backups.kept()
        sound = {one.path: services.backups.keeper.sound(one.path) for one in found} if whole else {}
    if cli.as_json:
        tell(
            [
                {
                    "file": str(one.path),
                    "made": one.made,
                    "kind": one.kind,
                    "bytes": one.size,
                    "people": one.people,
                    "unsent": one.unsent,
                    "sound": sound.get(one.path),
                }
                for one in found
            ]
        )
    elif not found:
        say(_("There is no backup yet."))
    else:
        for one in found:
            state = "" if one.path not in sound else _("sound") if sound[one.path] else _("damaged")
            say(f"{format.moment(one.made, cli.today):<16} {one.path.name}  {state}".rstrip())
    if not all(sound.values()):
        ctx.exit(FOUND)
