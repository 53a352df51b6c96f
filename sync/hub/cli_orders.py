"""`jobcenter-hub`: laptops with their lease and orders, signing one, giving it to the hub, opening what was rescued."""

from dataclasses import asdict
from pathlib import Path
from typing import cast

import click
import msgspec

from sync.hub.cli import (
    _FILE,
    _data,
    _Failure,
    _json,
    _open,
    _passphrase,
    _private,
    _say,
    _secret,
)
from sync.orders import Mode, WipeOrder

_MODES = {"after-push": "after_push", "now": "now", "void": "void"}
_device = click.argument("device")


@click.command()
@_data
@_json
def devices(folder: Path, as_json: bool) -> None:
    """List laptops: whose, last sync, unsent work, the order to it and what came of that."""
    from sync.hub import ordering

    rows = ordering.devices(_open(folder).service)
    _say(as_json, rows, "\n".join(_line(row) for row in rows) or "No laptop has joined.")


def _line(row: dict[str, object]) -> str:
    unsent = "unsent unknown" if row["unsent"] is None else f"{row['unsent']} unsent"
    parts = [row["id"], row["broker"], row["name"], f"last sync {row['last_seen'] or 'never'}", unsent]
    if row["revoked_at"]:
        parts.append(f"shut out {row['revoked_at']}")
    order = row["order"]
    if isinstance(order, dict):
        parts.append(f"order {order['mode']} of {order['queued_at']}")
        if order["done_at"]:
            held = "sent" if order["rescue"] else "to be carried here"
            parts.append(f"WIPED {order['done_at']}: {order['unsent']} operations rescued, {held}")
            parts.append(f"brought in {order['rescued_at']}" if order["rescued_at"] else "not brought in yet")
        else:
            parts.append("not carried out yet")
    return "  ".join(str(part) for part in parts if part)


@click.command()
@_data
@click.option("--days", type=int, metavar="N", help="Let laptops be silent for so many days.")
@_json
def lease(folder: Path, days: int | None, as_json: bool) -> None:
    """Show or set after how many days without the hub the cases on a laptop close; nothing is deleted by that."""
    administration = _open(folder)
    if days is not None:
        administration.set_lease(days)
    found = administration.lease()
    said = f"{found} days" if found is not None else "not set here: laptops take their usual 14 days"
    text = f"Set: {said}. Each laptop hears of it with its next sync." if days is not None else f"Lease: {said}."
    _say(as_json, {"days": found}, text)


@click.command("order-key")
@_data
@_private
@_secret
@click.option(
    "--replace", is_flag=True, help="Replace the key there is; laptops believe the new one once they join anew."
)
@_json
def order_key(folder: Path, private: Path, passphrase_file: Path | None, replace: bool, as_json: bool) -> None:
    """Make the key pair orders to laptops are signed with; the hub cannot sign without its file."""
    from sync.hub.wiping import make_key

    _open(folder)
    name = make_key(folder, private, _passphrase(passphrase_file, twice=True), replace=replace)
    _say(as_json, {"id": name, "private": str(private)}, f"{name}\nThe private half is in {private}: lock it away.")


@click.command()
@_device
@_data
@click.option(
    "--mode",
    type=click.Choice(list(_MODES)),
    required=True,
    help="after-push: it sends first what it can. now: it does not wait. void: forget the order before.",
)
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True, help="How long the order holds.")
@click.option("--private", type=_FILE, help="File of the order key, to sign here.")
@click.option("--request", type=_FILE, help="Write the order to this file instead, to be signed elsewhere.")
@_secret
@click.option("--yes", is_flag=True, help="Do not ask.")
@_json
def wipe(
    device: str, folder: Path, mode: str, days: int, private: Path | None, request: Path | None,
    passphrase_file: Path | None, yes: bool, as_json: bool,
) -> None:  # fmt: skip
    """Order a laptop to delete its caseload; what it could not send it seals for IT first."""
    from sync.hub import ordering
    from sync.hub.wiping import opened_key
    from sync.orders import canonical, sign_order

    if (private is None) == (request is None):
        raise click.UsageError("either --private FILE signs here, or --request FILE writes what is to be signed")
    service = _open(folder).service
    row = ordering.known(service, device)
    click.echo(_line(row), err=True)
    if mode != "void" and not yes:
        unsent = "an unknown number of" if row["unsent"] is None else row["unsent"]
        click.confirm(f"Wipe this laptop? It has {unsent} unsent operations.", abort=True, err=True)
    order = ordering.draw_up(service, device, cast(Mode, _MODES[mode]), days)
    if private is not None:
        ordering.queue(service, sign_order(order, opened_key(private, _passphrase(passphrase_file))))
        said = f"The laptop gets the order when it next asks, until {order.expires}."
    elif request is not None:
        _write(request, canonical(order))
        said = f"To be signed: jobcenter-hub sign-order {request} OUT --private FILE"
    _say(as_json, msgspec.to_builtins(order), said)


@click.command("sign-order")
@click.argument("request", type=_FILE)
@click.argument("out", type=_FILE)
@_private
@_secret
@click.option("--yes", is_flag=True, help="Do not ask.")
def sign(request: Path, out: Path, private: Path, passphrase_file: Path | None, yes: bool) -> None:
    """Sign an order; needs no hub and no network."""
    from sync.hub.wiping import opened_key
    from sync.orders import sign_order

    try:
        order = msgspec.json.decode(_read(request), type=WipeOrder)
    except msgspec.MsgspecError:
        raise _Failure(f"the file {request} holds no order") from None
    click.echo(f"{order.mode} for laptop {order.device}, until {order.expires}", err=True)
    if not yes:
        click.confirm("Sign this?", abort=True, err=True)
    _write(out, sign_order(order, opened_key(private, _passphrase(passphrase_file))))
    click.echo(f"Signed: {out}. At the hub: jobcenter-hub queue-order {out}")


@click.command("queue-order")
@click.argument("file", type=_FILE)
@_data
@_json
def queue_order(file: Path, folder: Path, as_json: bool) -> None:
    """Give a signed order to the hub."""
    from sync.hub import ordering

    order = ordering.queue(_open(folder).service, _read(file))
    _say(as_json, msgspec.to_builtins(order), f"The laptop gets the order when it next asks, until {order.expires}.")


@click.command()
@click.argument("file", type=_FILE, required=False)
@_data
@click.option("--device", help="The file this wiped laptop sent, instead of one that was carried here.")
@_private
@_secret
@click.option("--out", type=_FILE, help="Write what was in it here as well, in plain JSON: forms that were only begun.")
@_json
def rescue(
    file: Path | None, folder: Path, device: str | None, private: Path, passphrase_file: Path | None,
    out: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Open what a wiped laptop could not send, and put it among the records as its broker's work."""
    from sync.hub import ordering
    from sync.hub.recovery import opened

    if (file is None) == (device is None):
        raise click.UsageError("either FILE or --device DEVICE")
    service = _open(folder).service
    data = _read(file) if file is not None else ordering.uploaded(service, device or "")
    done, content = ordering.bring_in(service, data, opened(private, _passphrase(passphrase_file)))
    if out is not None:
        _write(out, content)
    lines = [f"{done.broker}: {done.taken} operations are among the records, {len(done.refused)} were refused."]
    lines += [f"refused: {code}" for code in done.refused]
    if done.waiting:
        lines.append(f"{done.waiting} wait for others that are not here; bring the file in again after five days.")
    if done.drafts:
        lines.append(f"{done.drafts} forms were begun and never saved; --out FILE writes them.")
    _say(as_json, asdict(done), "\n".join(lines))


def _read(path: Path) -> bytes:
    from sync.parcel import MAX_FILE

    try:
        with path.open("rb") as stream:
            return stream.read(MAX_FILE + 1)
    except OSError:
        raise _Failure(f"the file {path} cannot be read") from None


def _write(path: Path, data: bytes) -> None:
    try:
        with path.open("xb") as stream:
            stream.write(data)
    except FileExistsError:
        raise _Failure(f"there is a file {path} already; name another one") from None
    except OSError:
        raise _Failure(f"the file {path} cannot be written") from None


COMMANDS: dict[str, click.Command] = {
    command.name or "": command for command in (devices, lease, order_key, wipe, sign, queue_order, rescue)
}
