"""A wipe from the order to the receipt: what is unsent is sealed, the vault deleted, and the hub told.

Every step may be the last one before the power goes: the next start goes on, from the app or from any command.
"""

import base64
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from broker_tui.domain.clock import Clock, real
from broker_tui.i18n import _
from broker_tui.vault.home import BEGUN, DONE

if TYPE_CHECKING:
    from broker_tui.storage.store import SqlStore
    from broker_tui.vault import UnlockedVault
    from sync.orders import WipeOrder

LARGEST = 11 * 1024 * 1024
"""Bytes of a rescue file that still fits a body, in base64."""


def obeying(unlocked: "UnlockedVault", store: "SqlStore", clock: Clock) -> "Callable[[WipeOrder], None]":
    """What begins a wipe of this open vault."""

    def obey(order: "WipeOrder") -> None:
        store.note_audit("wiping", "vault", unlocked.vault_id, order.mode)
        store.take_no_more()  # nothing saved from here on would be in the file
        try:
            begin(order)
        except BaseException:
            store.take_no_more(False)
            raise

    def begin(order: "WipeOrder") -> None:
        from datetime import UTC

        import msgspec

        from broker_tui.bootstrap import CA_FILE
        from broker_tui.services.syncing import DEVICE_KEY, HUB_URL
        from broker_tui.vault import wiping
        from sync.orders import WipeReceipt, digest, sign_receipt

        ops = store.outbox()
        drafts = [
            {"form": draft.form, "about": draft.about, "values": draft.values, "at": draft.saved_at}
            for draft in store.drafts()
        ]
        content = msgspec.json.encode({"ops": ops, "drafts": drafts})
        receipt = WipeReceipt(
            device=order.device,
            counter=order.counter,
            mode=order.mode,
            unsent=len(ops),
            drafts=len(drafts),
            content=digest(content),
            at=real(clock).now().astimezone(UTC).isoformat(timespec="seconds"),
        )
        signed = sign_receipt(receipt, base64.b64decode(store.setting(DEVICE_KEY)))
        about = {
            "receipt": msgspec.to_builtins(signed),
            "hub": store.setting(HUB_URL),
            "ca_file": store.setting(CA_FILE),
        }
        wiping.begin(unlocked, content, order.rescue_to, about)

    return obey


def waiting(home: Path) -> bool:
    """Whether a wipe is to go on here, or its file to be handed over. Two looks at the folder."""
    return (home / BEGUN).exists() or ((home / DONE).exists() and not (home / "vault.hdr").exists())


def go_on(home: Path) -> str:
    """Delete what is left, tell the hub, and say how it stands.

    Raises:
        VaultInUse: another process has the vault open.
        DiskRefused: something could not be deleted.
    """
    from broker_tui.vault import wiping

    wiping.delete(home)
    wiped = _("The caseload on this laptop was deleted by order of the municipality.")
    if not (home / DONE).exists() or handed_over(home):
        return f"{wiped} {_('What was not sent went to the hub, sealed.')}"
    kept = _("What was not sent lies sealed in {path}: give that file to IT.").format(path=home / DONE)
    return f"{wiped} {kept}"


def handed_over(home: Path) -> bool:
    """Bring receipt and rescue file to the hub; the file goes once the hub says that it has it."""
    from broker_tui.domain.clock import SystemClock
    from broker_tui.vault import wiping
    from sync.errors import SyncError
    from sync.protocol import WipedRequest
    from sync.transport import HttpHub

    path = home / DONE
    told = wiping.about(path)
    url, ca_file = told.get("hub"), told.get("ca_file")
    if not isinstance(url, str):
        return False
    try:
        data = path.read_bytes()
    except OSError:  # another program holds it; the next start tries again
        return False
    line = data.partition(b"\n")[0].decode("utf-8")
    file = base64.b64encode(data).decode("ascii") if len(data) <= LARGEST else ""
    try:
        hub = HttpHub(url, None, SystemClock(), ca_file=ca_file)
        try:
            kept = hub.wiped(WipedRequest(line=line, rescue=file)).kept
        finally:
            hub.close()
    except (SyncError, OSError):
        return False
    if kept:
        with suppress(OSError):  # then it goes at the next start
            path.unlink()
    return kept
