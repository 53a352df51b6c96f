"""`jobcenter-hub`: set a hub up, run it, let brokers in, assign cases, look at its state."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from sync.hub.admin import ROLES
from sync.hub.dialects import Unusable
from sync.hub.recovery import KeyFileRefused

if TYPE_CHECKING:
    from sync.hub.admin import Administration
    from sync.hub.places import Place

INVALID = 4
_DATABASE, _TENANT = "sync.hub.database", "sync.hub.tenant"


def _remember_database(ctx: click.Context, parameter: click.Parameter, text: str | None) -> None:
    if text:
        from sync.hub.places import address

        given = ctx.get_parameter_source(parameter.name or "")
        ctx.meta[_DATABASE] = address(text, shown=given is ParameterSource.COMMANDLINE)


def _remember_tenant(ctx: click.Context, _parameter: click.Parameter, number: int) -> None:
    ctx.meta[_TENANT] = number


def _data(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say where the hub is; the commands themselves see the folder only."""
    for option in (
        click.option("--tenant", type=click.IntRange(1), default=1, envvar="JOBCENTER_HUB_TENANT", expose_value=False,
                     callback=_remember_tenant, help="Number of the jobcenter in a shared database."),
        click.option("--database", metavar="URL", envvar="JOBCENTER_HUB_DATABASE", expose_value=False,
                     callback=_remember_database,
                     help="PostgreSQL instead of the embedded database; with a password only as"
                          " JOBCENTER_HUB_DATABASE in the environment."),
        click.option("--data", "folder", type=click.Path(path_type=Path, file_okay=False), required=True,
                     help="Folder of the hub."),
    ):  # fmt: skip
        command = option(command)
    return command


_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


class _Failure(click.ClickException):
    exit_code = INVALID


_ORDERS = ("devices", "lease", "order-key", "wipe", "sign-order", "queue-order", "rescue")
"""Commands of `cli_orders`, loaded when one of them is asked for."""


class _Group(click.Group):
    """Turns what cannot be done into one sentence and exit code 4."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *(_ORDERS if ctx.parent is None else ())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if ctx.parent is None and cmd_name in _ORDERS:
            from sync.hub.cli_orders import COMMANDS

            return COMMANDS[cmd_name]
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (Unusable, KeyFileRefused) as error:
            raise _Failure(str(error)) from None


@click.group(cls=_Group)
@click.version_option(package_name="broker-tui")
def main() -> None:
    """The reference jobcenter hub."""


@main.command()
@_data
@click.option("--name", default="Jobcenter", show_default=True, help="Name of the jobcenter.")
def init(folder: Path, name: str) -> None:
    """Make a new, empty hub."""
    from sync.hub.admin import create

    place = _place(folder)
    create(folder, name, place=place)
    click.echo(f"The hub is ready in {place}. Next: jobcenter-hub broker add NAME --data {folder}")


@main.command()
@_data
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8420, show_default=True, type=click.IntRange(0, 65535), help="0: any free port.")
@click.option("--port-file", type=click.Path(path_type=Path, dir_okay=False), help="Write the port here, once up.")
@click.option("--cert", type=click.Path(path_type=Path, exists=True), help="TLS certificate chain (PEM).")
@click.option("--key", type=click.Path(path_type=Path, exists=True), help="TLS key (PEM).")
@click.option("--stop-on-stdin-close", is_flag=True, help="Stop when standard input closes.")
@click.option("--quiet", is_flag=True, help="Log nothing but errors.")
@click.option(
    "--per-minute",
    default=60,
    show_default=True,
    type=click.IntRange(0),
    metavar="N",
    help="Requests a laptop may make in a minute; 0: any number.",
)
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    help="Counts for Prometheus at http://127.0.0.1:PORT/metrics; 0: any free port.",
)
@click.option("--log-format", type=click.Choice(("text", "json")), default="text", show_default=True)
def serve(folder: Path, host: str, cert: Path | None, key: Path | None, **more: Any) -> None:
    """Run the hub until Ctrl+C."""
    from sync.hub.serving import Listening, serve_until_stopped

    if (cert is None) != (key is None):
        raise click.UsageError("--cert and --key go together")
    if cert is None and host not in ("127.0.0.1", "::1", "localhost"):
        raise click.UsageError("without --cert and --key the hub listens on this machine only; leave --host out")
    listening = Listening(host=host, cert=cert, key=key, **more)
    serve_until_stopped(_place(folder), listening)


@main.command("migrate")
@_data
def bring_up(folder: Path) -> None:
    """Bring a database to this program's schema; needed alone where the hub's role may not change tables."""
    place = _place(folder)
    place.current().close()
    click.echo("The database is as this program needs it.")


@main.group()
def broker() -> None:
    """The people who may have a device."""


@broker.command("add")
@click.argument("name")
@_data
@click.option("--role", type=click.Choice(ROLES), default="broker", show_default=True)
@_json
def broker_add(name: str, folder: Path, role: str, as_json: bool) -> None:
    """Let somebody in."""
    member = _open(folder).add_member(name, role)
    _say(as_json, {"id": member.staff_id, "name": member.name, "role": member.role}, f"{member.name} is in.")


@main.command()
@click.argument("name")
@_data
@_json
def enrol(name: str, folder: Path, as_json: bool) -> None:
    """Make a one-time code for a new device of a broker."""
    code = _open(folder).code(name)
    _say(as_json, {"code": code}, f"{code}\nGood for 15 minutes, once. On the laptop: broker enrol URL {code}")


@main.command()
@click.argument("case")
@click.argument("name")
@_data
@click.option("--role", default="broker", show_default=True, help="Role in the case.")
@_json
def assign(case: str, name: str, folder: Path, role: str, as_json: bool) -> None:
    """Give a broker a case: by citizen id, scope or case id."""
    record = _open(folder).assign(case, name, role)
    _say(as_json, {"id": record}, "Assigned. The case appears with the broker's next sync.")


@main.command()
@click.argument("case")
@click.argument("giver")
@click.argument("taker")
@_data
@_json
def handover(case: str, giver: str, taker: str, folder: Path, as_json: bool) -> None:
    """Move a case (citizen id, scope or case id) from one broker to another, who is not asked."""
    record = _open(folder).hand_over(case, giver, taker)
    _say(as_json, {"id": record}, "Handed over. The case changes laptops with the next syncs.")


@main.command("erase")
@click.argument("case")
@_data
@click.option("--yes", is_flag=True, help="Do not ask.")
@_json
def erase_person(case: str, folder: Path, yes: bool, as_json: bool) -> None:
    """Erase a person: by citizen id, scope or case id. There is no way back; ask the archive rules first."""
    administration = _open(folder)
    scope = administration.scope_of(case)
    if not yes:
        click.confirm(f"Erase {scope} on the hub and on every laptop, for ever?", abort=True, err=True)
    taken = administration.erase(scope)
    value = {"scope": scope, "records": taken.records, "operations": taken.operations, "feeds": len(taken.feeds)}
    text = f"Erased: {taken.records} records. {len(taken.feeds)} brokers' laptops erase with their next sync."
    _say(as_json, value, text)


@main.command()
@click.argument("device")
@_data
@click.option("--undo", is_flag=True, help="It was found again, and nobody had it: let it sync.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_json
def revoke(device: str, folder: Path, undo: bool, yes: bool, as_json: bool) -> None:
    """Take nothing from a lost laptop and hand it nothing; it locks itself when it next asks."""
    administration = _open(folder)
    if undo:
        administration.let_back_in(device)
        _say(as_json, {"id": device, "revoked_at": None}, "This laptop may sync again.")
        return
    if not yes:
        click.confirm("Shut this laptop out? What was not sent stays on it.", abort=True, err=True)
    lost = administration.revoke(device)
    disk = {True: "encrypted", False: "not encrypted", None: "unknown"}[lost.disk_encrypted]
    lines = (
        f"Shut out since {lost.revoked_at}: {lost.name}, {lost.broker}.",
        f"Last synced: {lost.last_seen or 'never'}. Cases of this broker now: {lost.cases}.",
        f"The caseload on it is encrypted. The disk, as the laptop told when it joined: {disk}.",
        "A loss of personal data is to be reported within 72 hours, unless nobody is at risk by it.",
    )
    _say(as_json, asdict(lost), "\n".join(lines))


@main.command()
@_data
@click.option("--accept", metavar="DEVICE", help="Begin anew with this device, after its fork was looked into.")
@_json
def audit(folder: Path, accept: str | None, as_json: bool) -> None:
    """Show how far each laptop's audit log was anchored, and whose no longer follows."""
    administration = _open(folder)
    if accept is not None:
        administration.forget_audit_head(accept)
    heads = administration.audit_heads()
    lines = [
        f"{one['broker']}  {one['name']}  line {one['seq']}  {one['at']}"
        + (f"  DOES NOT FOLLOW since {one['forked_at']}" if one["forked_at"] else "")
        for one in heads
    ]
    _say(as_json, heads, "\n".join(lines) or "No laptop has told its audit log yet.")


@main.command("audit-sample")
@_data
@click.option("--month", required=True, metavar="YYYY-MM", help="A month that is over.")
@click.option("--changes", default=20, show_default=True, type=click.IntRange(1, 500), help="Changes to draw.")
@click.option("--lines", default=5, show_default=True, type=click.IntRange(1, 100), help="Log lines of each laptop.")
@_json
def audit_sample(folder: Path, month: str, changes: int, lines: int, as_json: bool) -> None:
    """Draw the lead's monthly sample; drawn once, it stays the same. Ids only, no content."""
    import msgspec

    administration = _open(folder)
    sample, follows = administration.audit_sample(month, changes, lines)
    names = {one.staff_id: one.name for one in administration.members()}
    owners = {str(one["device"]): f"{one['broker']}  {one['name']}" for one in administration.audit_heads()}
    said = [f"Sample of {sample.month}, drawn {sample.drawn_at}.", f"Signature {sample.signature}", "Changes:"]
    said += [
        f"  {one.received_at[:16]}  {names.get(one.staff, one.staff)}  {one.kind} {one.type}  {one.scope}  {one.record}"
        for one in sample.changes
    ]
    said.append("Lines to look up on the laptop (broker audit list --line N):")
    said += [
        f"  {owners.get(one.device, one.device)}  up to {one.head}: {' '.join(map(str, one.lines)) or '-'}"
        + ("  ITS LOG DOES NOT FOLLOW" if one.forked else "")
        for one in sample.logs
    ]
    if not follows:
        said.append("THE HISTORY HAS CHANGED: it no longer gives these changes. Was the hub restored from a copy?")
    _say(as_json, {**msgspec.to_builtins(sample), "follows": follows}, "\n".join(said))


@main.command()
@_data
@_json
def events(folder: Path, as_json: bool) -> None:
    """Show refused enrolments, wrong signatures and laptops that ask too often; ids and counts, no content."""
    rows = [asdict(one) for one in _open(folder).events()]
    lines = [f"{row['last_at']}  {row['kind']}  {row['n']}x  {row['subject'] or '-'}" for row in rows]
    _say(as_json, rows, "\n".join(lines) or "Nothing was refused.")


@main.command("new-epoch")
@_data
@click.option("--yes", is_flag=True, help="Do not ask.")
@_json
def new_epoch(folder: Path, yes: bool, as_json: bool) -> None:
    """After a restore of an older copy: every laptop reads everything again. Nothing is deleted."""
    administration = _open(folder)
    if not yes:
        click.confirm("Was this hub restored from a copy?", abort=True, err=True)
    epoch = administration.new_epoch()
    _say(as_json, {"epoch": epoch}, "Every laptop reads its feeds from the start with its next sync.")


@main.command()
@_data
@click.option("--begin", is_flag=True, help="Before a backup: note how far everything is, and print the mark.")
@click.option("--confirm", metavar="MARK", help="After it was read back: everything up to MARK is in it.")
@_json
def stable(folder: Path, begin: bool, confirm: str | None, as_json: bool) -> None:
    """Say what is in a backup: laptops keep what they sent until then."""
    if begin and confirm:
        raise click.UsageError("--begin comes before a backup, --confirm after it")
    administration = _open(folder)
    if begin:
        name = administration.mark_backup()
        _say(as_json, {"mark": name}, name)
        return
    found = administration.confirm_backup(confirm) if confirm else administration.backups()
    text = f"Confirmed last: {found.stable_at or 'never'}." + (f" Being made: {found.mark}." if found.mark else "")
    _say(as_json, asdict(found), text)


@main.command()
@_data
@_json
def status(folder: Path, as_json: bool) -> None:
    """Show counts, brokers and devices; no content of cases."""
    state = _open(folder).status()
    lines = [f"{name}: {value}" for name, value in state.items() if not isinstance(value, list)]
    for name in ("brokers", "devices"):
        rows = state[name]
        if isinstance(rows, list):
            lines += [f"{name}:", *("  " + "  ".join(str(v) for v in row.values() if v) for row in rows)]
    _say(as_json, state, "\n".join(lines))


_FILE = click.Path(path_type=Path, dir_okay=False)
_private = click.option("--private", type=_FILE, required=True, help="File of the private key; keep it apart.")
_secret = click.option("--passphrase-file", type=_FILE, help="File with its passphrase; asked for otherwise.")


@main.command("recovery-key")
@_data
@_private
@_secret
@click.option("--replace", is_flag=True, help="Replace the key there is; laptops seal anew with their next sync.")
@_json
def recovery_key(folder: Path, private: Path, passphrase_file: Path | None, replace: bool, as_json: bool) -> None:
    """Make the key pair with which IT can let a broker back in."""
    from sync.hub.recovery import make

    _open(folder)
    name = make(folder, private, _passphrase(passphrase_file, twice=True), replace=replace)
    _say(as_json, {"id": name, "private": str(private)}, f"{name}\nThe private half is in {private}: lock it away.")


@main.command()
@click.argument("request", type=_FILE)
@click.argument("answer", type=_FILE)
@_private
@_secret
@click.option("--code", required=True, help="The 16 digits the broker reads out.")
def recover(request: Path, answer: Path, private: Path, passphrase_file: Path | None, code: str) -> None:
    """Answer a laptop's recovery request; needs no hub and no network."""
    from sync.hub.recovery import answered

    try:
        data = request.read_bytes()
    except OSError:
        raise _Failure(f"the file {request} cannot be read") from None
    if answer.exists():
        raise _Failure(f"there is a file {answer} already; name another one")
    made = answered(data, code, private, _passphrase(passphrase_file))
    try:
        answer.write_bytes(made)
    except OSError:
        raise _Failure(f"the file {answer} cannot be written") from None
    click.echo(f"The answer is in {answer}. It opens that one laptop, once. On it: broker recovery --answer FILE")


@main.command("open-export")
@click.argument("file", type=_FILE)
@click.argument("out", type=_FILE)
@_private
@_secret
def open_export(file: Path, out: Path, private: Path, passphrase_file: Path | None) -> None:
    """Open an export that was sealed to the municipality; needs no hub and no network."""
    from sync import parcel
    from sync.hub.recovery import opened

    try:
        with file.open("rb") as stream:
            data = stream.read(parcel.MAX_FILE + 1)
    except OSError:
        raise _Failure(f"the file {file} cannot be read") from None
    if out.exists():
        raise _Failure(f"there is a file {out} already; name another one")
    key = opened(private, _passphrase(passphrase_file))
    try:
        found = parcel.read(data)
        content = parcel.opened(found, parcel.key_for(found, key))
    except parcel.ParcelRefused as refused:
        raise _Failure(str(refused)) from None
    try:
        out.write_bytes(content.data)
    except OSError:
        raise _Failure(f"the file {out} cannot be written") from None
    click.echo(f"{content.name} ({content.kind}) is in {out}.")


def _passphrase(file: Path | None, *, twice: bool = False) -> str:
    if file is None:
        return str(click.prompt("Passphrase of the private key", hide_input=True, confirmation_prompt=twice, err=True))
    try:
        return file.read_text("utf-8-sig").rstrip("\r\n")
    except (OSError, UnicodeError):
        raise _Failure(f"the file {file} cannot be read") from None


def _open(folder: Path) -> "Administration":
    from sync.hub.admin import Administration, opened

    return Administration(opened(folder, place=_place(folder)))


def _place(folder: Path) -> "Place":
    from sync.hub.places import Place

    meta = click.get_current_context().meta
    return Place(folder, meta.get(_DATABASE), meta[_TENANT])


def _say(as_json: bool, value: object, text: str) -> None:
    click.echo(json.dumps(value, ensure_ascii=False) if as_json else text)
