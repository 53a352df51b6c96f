"""T39 with the power going: a wipe that is killed at any step goes on at the next start, and is never half open.

Each step is a change of the file system, counted by Python's own audit hook; the process gets SIGKILL before the n-th.
"""

import base64
import json
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker_tui.bootstrap import create, open_services
from broker_tui.domain.views import StoreFull
from broker_tui.orders import KEY
from broker_tui.services.syncing import DEVICE_KEY, HUB_URL
from broker_tui.vault import Vault, Wiped, keeping, new_device_key
from broker_tui.vault.home import BEGUN, DONE
from broker_tui.wiping import go_on, waiting
from sync import parcel, recovery
from sync.hub import wiping as hub_wiping
from sync.orders import sign_order
from sync.records.types import Citizen
from tests.unit.services.services_helpers import PASSPHRASE, FreeDerivation

if sys.platform == "win32":
    pytest.skip("SIGKILL is not there", allow_module_level=True)

ORDER_KEY = Ed25519PrivateKey.generate()
RESCUE = recovery.new_private()
NAME = "Kanarie Prøve"
KILLED = """
import os, signal, sys
from pathlib import Path
from tests.unit.services.services_helpers import PASSPHRASE, FreeDerivation
from broker_tui import wiping
from broker_tui.bootstrap import open_services
home, die_at, order = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
steps = 0
CHANGING = {"os.remove", "os.rename", "os.rmdir", "os.link"}

def hook(event, args):
    global steps
    changes = event in CHANGING
    if event == "open" and isinstance(args[2], int):
        changes = bool(args[2] & (os.O_WRONLY | os.O_RDWR)) and str(home) in str(args[0])
    if changes and str(args[0]).startswith(str(home)):
        steps += 1
        if steps == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

if not wiping.waiting(home):
    services = open_services(home, PASSPHRASE, None, FreeDerivation())
    sys.addaudithook(hook)
    begun = services.sync.orders.begun(order, None)
    assert begun
    services.close()
else:
    sys.addaudithook(hook)
wiping.go_on(home)
print(steps)
"""


def unsent_home(folder: Path) -> tuple[Path, str, list[str]]:
    """A vault that joined a hub nobody reaches, with a backup and unsent work; the signed order and what is unsent."""
    home = folder / "home"
    services, _code = create(home, PASSPHRASE, "Bente Broker", None, FreeDerivation())
    store = services.store
    store.set_me(replace(services.me, enrolled=True))
    store.set_setting(HUB_URL, "http://127.0.0.1:9")
    store.set_setting(DEVICE_KEY, base64.b64encode(new_device_key()).decode())
    store.set_setting(KEY, base64.b64encode(ORDER_KEY.public_key().public_bytes_raw()).decode())
    for number in range(3):
        services.people.add_citizen(Citizen(name=f"{NAME} {number}"), None, None, date(2026, 11, 27))
    store.save_draft("memo:new", "memo", None, {"text": "halvt skrevet"})
    unsent = [op.op for op in store.unsent(500)]
    services.backups.at_once()
    device = services.me.device_id
    services.close()
    rescue_to = base64.b64encode(recovery.public_of(RESCUE)).decode()
    order = hub_wiping.drawn_up(device, "now", rescue_to, datetime.now(UTC) - timedelta(minutes=1))
    (home / "log").mkdir(exist_ok=True)
    (home / "log" / "events.jsonl").write_text("{}\n", "ascii")
    (home / "look.json").write_text("{}", "ascii")
    assert keeping.kept(home)
    return home, sign_order(order, ORDER_KEY.private_bytes_raw()).decode(), unsent


def run(home: Path, die_at: int, order: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", KILLED, str(home), str(die_at), order], capture_output=True, text=True, check=False
    )


def rescued(path: Path) -> dict[str, list[dict[str, object]]]:
    data = path.read_bytes()
    _signed, _found, content = hub_wiping.opened_rescue(data, RESCUE)
    found: dict[str, list[dict[str, object]]] = json.loads(content)
    return found


def files(home: Path) -> list[str]:
    return sorted(str(path.relative_to(home)) for path in home.rglob("*"))


def test_t39_killed_at_every_step(tmp_path: Path) -> None:
    pristine, order, unsent = unsent_home(tmp_path)
    whole = shutil.copytree(pristine, tmp_path / "whole")
    done = run(whole, 0, order)
    assert done.returncode == 0, done.stderr
    steps = int(done.stdout)
    assert steps > 10
    assert files(whole) == [DONE]
    for die_at in range(1, steps + 1):
        home = shutil.copytree(pristine, tmp_path / f"killed-{die_at}")
        killed = run(home, die_at, order)
        assert killed.returncode == -signal.SIGKILL, (die_at, killed.stderr)
        if (home / BEGUN).exists():
            with pytest.raises(Wiped):
                Vault.unlock(home, PASSPHRASE, FreeDerivation())
            assert waiting(home)
            if die_at % 5 == 0:  # and once more, early in the second attempt
                assert run(home, die_at % 3 + 1, order).returncode in (0, -signal.SIGKILL)
            go_on(home)
        elif not (home / DONE).exists():  # nothing has begun: the vault is whole, and the order comes again
            services = open_services(home, PASSPHRASE, None, FreeDerivation())
            assert [op.op for op in services.store.unsent(500)] == unsent
            services.close()
            assert run(home, 0, order).returncode == 0
        else:
            go_on(home)
        assert files(home) == [DONE], die_at
        found = rescued(home / DONE)
        assert [op["op"] for op in found["ops"]] == unsent
        assert [draft["values"] for draft in found["drafts"]] == [{"text": "halvt skrevet"}]
        shutil.rmtree(home)


def test_t39_what_is_sealed_opens_for_nobody_else(tmp_path: Path) -> None:
    home, order, _unsent = unsent_home(tmp_path)
    (home / "somebody-elses.txt").write_text("bliver", "utf-8")
    assert run(home, 0, order).returncode == 0
    assert files(home) == ["somebody-elses.txt", DONE]
    data = (home / DONE).read_bytes()
    assert NAME.encode() not in data
    with pytest.raises(parcel.ParcelRefused):
        hub_wiping.opened_rescue(data, recovery.new_private())


def test_a_save_beside_the_sealing_is_never_confirmed(tmp_path: Path) -> None:
    home, order, _unsent = unsent_home(tmp_path)
    services = open_services(home, PASSPHRASE, None, FreeDerivation())
    ordered = services.sync.orders
    assert ordered is not None
    assert ordered.begun(order, None)
    with pytest.raises(StoreFull):
        services.people.add_citizen(Citizen(name="For sent"), None, None, date(2026, 11, 27))
    services.close()
    go_on(home)
    assert files(home) == [DONE]


def test_a_full_disk_begins_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, order, unsent = unsent_home(tmp_path)
    services = open_services(home, PASSPHRASE, None, FreeDerivation())
    ordered = services.sync.orders
    assert ordered is not None

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr("broker_tui.oslayer.write_atomically", full)
    assert not ordered.begun(order, None)
    monkeypatch.undo()
    services.people.add_citizen(Citizen(name="Går stadig"), None, None, date(2026, 11, 27))
    assert [op.op for op in services.store.unsent(500)][: len(unsent)] == unsent
    assert not (home / BEGUN).exists()
    services.close()
