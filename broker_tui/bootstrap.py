"""Where the parts meet: vault, store, use cases and the way to the hub. The only module that knows them all.

Nothing heavy is imported before it is needed: the database driver when a vault is opened, the network library when
a sync starts.
"""

import platform
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from broker_tui import osprograms
from broker_tui.domain.clock import Clock, SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from broker_tui.services import Services
    from broker_tui.services.backups import Backups
    from broker_tui.services.exporting import Exporting
    from broker_tui.services.hub_line import ClosableHub, KeySigner
    from broker_tui.services.syncing import Syncing
    from broker_tui.storage.store import SqlStore
    from broker_tui.vault import KeyDerivation, UnlockedVault
    from sync.ports import Signer

CA_FILE = "hub.ca_file"
"""Setting: a PEM file with an authority of the municipality's own."""
PAGE_WHILE_OPEN = 100
"""Records taken in at once while somebody works: about 15 ms, so that on a slow laptop too no save waits 50 ms."""


def open_services(
    home: Path, passphrase: str, clock: Clock | None = None, kdf: "KeyDerivation | None" = None
) -> "Services":
    """Unlock the vault in `home` and hand out the use cases; takes a third of a second.

    Raises:
        VaultError: the vault stays closed, and says why.
    """
    from broker_tui.vault import Vault

    return services_over(Vault.unlock(home, passphrase, kdf), clock)


def create(
    home: Path,
    passphrase: str,
    name: str,
    clock: Clock | None = None,
    kdf: "KeyDerivation | None" = None,
) -> tuple["Services", str]:
    """Make a new vault for the broker called `name`; returns the use cases and the recovery code, to be shown once.

    Raises:
        VaultError: nothing was made.
    """
    from broker_tui.domain.text import clean_line
    from broker_tui.vault import Vault

    unlocked, code = Vault.create(home, passphrase, kdf)
    services = services_over(unlocked, clock)
    services.store.set_me(replace(services.me, name=clean_line(name), device_name=device_name()))
    return services, code


def services_over(
    unlocked: "UnlockedVault", clock: Clock | None = None, *, page_items: int | None = None
) -> "Services":
    """The use cases over a vault that is open; closing them closes the vault too.

    Args:
        unlocked: the vault.
        clock: the program's idea of now.
        page_items: most records a sync takes in at once; None for whole pages, when nobody is waiting.

    Raises:
        VaultError: the database is missing, damaged or held; the vault is closed again.
    """
    from contextlib import suppress

    from broker_tui.domain.views import StoreFull
    from broker_tui.keeper import VaultKeeper
    from broker_tui.orders import Orders
    from broker_tui.services import Services
    from broker_tui.services.lease import Leases
    from broker_tui.storage.store import SqlStore
    from broker_tui.wiping import obeying

    clock = clock or SystemClock()
    try:
        _before_new_tables(unlocked, clock)
        store = SqlStore.open(unlocked, clock)
    except BaseException:
        unlocked.close()
        raise
    store.note_audit("unlocked", "vault", unlocked.vault_id, f"failed {unlocked.failed_attempts}")
    lease = Leases(store, clock)
    made: list[Syncing] = []

    def make_sync() -> "Syncing":
        made.append(_syncing(store, clock, page_items, unlocked))
        made[0].lease = lease
        made[0].orders = Orders(store, clock, obeying(unlocked, store, clock))
        return made[0]

    backups: list[Backups] = []

    def make_backups() -> "Backups":
        from broker_tui.services.backups import Backups

        backups.append(Backups(store, clock, VaultKeeper(unlocked), store.erased_at))
        return backups[0]

    def close() -> None:
        for sync in made:
            sync.close()
        with suppress(OSError):  # a damaged caseload closes all the same
            lease.close()
        for one in backups:
            with suppress(StoreFull):  # the next opening checks the database, which is what this would have spared
                one.closing()
        store.close()
        unlocked.close()

    def make_exporting() -> "Exporting":
        from broker_tui.sealer import VaultSealer
        from broker_tui.services.exporting import Exporting

        return Exporting(store, clock, VaultSealer(unlocked))

    return Services(store, clock, make_sync, close, make_backups, make_exporting, lease)


def _before_new_tables(unlocked: "UnlockedVault", clock: Clock) -> None:
    """A backup before an older vault gets the tables of this program; a full disk stops the change, not the data.

    Raises:
        VaultError: the database is missing, damaged or held, or there is no room for the backup.
    """
    from broker_tui.storage.schema import is_older
    from broker_tui.vault import keeping

    connection = unlocked.connect_reader()
    try:
        older = is_older(connection)
    finally:
        connection.close()
    if older:
        keeping.make(unlocked, clock.now(), keeping.BEFORE)


def noted(unlocked: "UnlockedVault", action: str, detail: str = "") -> None:
    """Leave a line in the audit log of a vault whose use cases are not needed.

    Raises:
        VaultError: the database is missing, damaged or held.
    """
    from broker_tui.storage.store import SqlStore

    store = SqlStore.open(unlocked, SystemClock())
    try:
        store.note_audit(action, "vault", unlocked.vault_id, detail)
    finally:
        store.close()


def device_name() -> str:
    """What a colleague at the hub calls this laptop."""
    return platform.node().partition(".")[0] or platform.system() or "laptop"


def _syncing(store: "SqlStore", clock: Clock, page_items: int | None, unlocked: "UnlockedVault") -> "Syncing":
    from importlib.metadata import version

    from broker_tui.services.joining import Machine
    from broker_tui.services.syncing import Syncing

    def make_hub(url: str, signer: "Signer | None") -> "ClosableHub":
        from sync.transport import HttpHub

        # The hub refuses a wrong clock, so a moved date must not reach the signature.
        return HttpHub(url, signer, SystemClock(), ca_file=store.setting(CA_FILE))

    def reachable(url: str) -> bool:
        from sync.transport import network_seems_up

        return network_seems_up(url)

    return Syncing(
        store,
        clock,
        make_hub,
        _DeviceKeys(),
        reachable=reachable,
        page_items=(lambda: page_items) if page_items else None,
        seal_for=_sealer(unlocked),
        machine=Machine(version("broker-tui"), lambda: osprograms.disk_encrypted(unlocked.home)),
    )


def _sealer(unlocked: "UnlockedVault") -> "Callable[[str], bool]":
    def seal_for(key: str) -> bool:
        from broker_tui.services.laptop_standing import NotSealed
        from broker_tui.vault import VaultError

        try:
            return unlocked.seal_for_municipality(key)
        except VaultError:  # it stops no sync
            raise NotSealed from None

    return seal_for


class _DeviceKeys:
    """Device keys as the vault makes them."""

    def new(self) -> bytes:
        """A fresh private key."""
        from broker_tui.vault import new_device_key

        return new_device_key()

    def signer(self, private: bytes, key_id: str | None) -> "KeySigner":
        """A signer of that key."""
        from broker_tui.vault import DeviceSigner

        return DeviceSigner(private, key_id)
