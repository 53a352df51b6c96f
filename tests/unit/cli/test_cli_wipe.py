"""T39 by command, over a real hub: an order, the rescue file, what is left on the laptop, and the work brought in."""

import json
import subprocess
from pathlib import Path

import pytest

from broker_tui.vault.home import BEGUN, DONE
from sync import orders
from tests.unit.cli.cli_helpers import Laptop
from tests.unit.cli.test_cli_sync import HUB, RunningHub
from tests.unit.cli.test_cli_sync import hub as hub
from tests.unit.cli.test_cli_sync import second as second

NOTE = "kun på denne bærbare"


class It:
    """Whoever keeps the keys."""

    def __init__(self, hub: RunningHub, folder: Path) -> None:
        self.hub, self.folder = hub, folder
        self.secret = folder / "it-passphrase"
        self.secret.write_text("nøglen ligger i boksen\n", encoding="utf-8")
        for name in ("recovery", "order"):
            hub.admin(f"{name}-key", "--private", str(folder / f"{name}.json"), "--passphrase-file", str(self.secret))

    def key(self, name: str) -> tuple[str, ...]:
        return ("--private", str(self.folder / f"{name}.json"), "--passphrase-file", str(self.secret))

    def wipe(self, device: str, mode: str) -> None:
        self.hub.admin("wipe", device, "--mode", mode, "--yes", *self.key("order"))

    def devices(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(self.hub.admin("devices", "--json"))
        return found


@pytest.fixture
def it(hub: RunningHub, tmp_path: Path) -> It:
    return It(hub, tmp_path)


def joined(laptop: Laptop, hub: RunningHub) -> str:
    """A laptop with one person sent and a note that is not; its id at the hub."""
    device = str(laptop.json("enrol", hub.url, hub.code())["id"])
    person = laptop.person()
    laptop.run("sync")
    laptop.run("add", "contact", "--citizen", person, "--note", NOTE)
    return device


def files(laptop: Laptop) -> list[str]:
    return sorted(str(path.relative_to(laptop.home)) for path in laptop.home.rglob("*") if path.is_file())


def test_t39_after_push_sends_first_and_leaves_no_file(laptop: Laptop, hub: RunningHub, it: It, second: Laptop) -> None:
    device = joined(laptop, hub)
    it.wipe(device, "after-push")
    assert "deleted by order" in laptop.run("sync", exit_code=5).stderr
    assert files(laptop) == []
    (row,) = it.devices()
    order = row["order"]
    assert isinstance(order, dict)
    assert order["done_at"]
    assert (order["unsent"], order["rescue"], bool(row["revoked_at"])) == (0, True, True)
    second.run("enrol", hub.url, hub.code())
    second.run("sync")
    assert second.json("list", "contacts")[0]["note"] == NOTE


def test_t39_a_laptop_that_is_shut_out_rescues_what_it_may_not_send(
    laptop: Laptop, hub: RunningHub, it: It, second: Laptop
) -> None:
    device = joined(laptop, hub)
    hub.admin("revoke", device, "--yes")
    it.wipe(device, "now")
    assert "went to the hub, sealed" in laptop.run("sync", exit_code=5).stderr
    assert files(laptop) == []
    shown = hub.admin("rescue", "--device", device, *it.key("recovery"))
    assert "Birthe Broker: 1 operations are among the records, 0 were refused." in shown
    second.run("enrol", hub.url, hub.code())
    second.run("sync")
    assert [row["note"] for row in second.json("list", "contacts")] == [NOTE]


def test_t39_without_a_line_the_file_stays_alone_and_can_be_carried(
    laptop: Laptop, hub: RunningHub, it: It, second: Laptop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    device = joined(laptop, hub)
    hub.admin("revoke", device, "--yes")
    it.wipe(device, "now")
    monkeypatch.setattr("broker_tui.wiping.handed_over", lambda home: False)
    assert DONE in laptop.run("sync", exit_code=5).stderr
    assert files(laptop) == [DONE]
    monkeypatch.undo()
    carried = tmp_path / "stick.btx"
    carried.write_bytes((laptop.home / DONE).read_bytes())
    assert NOTE.encode() not in carried.read_bytes()
    out = tmp_path / "opened.json"
    shown = json.loads(hub.admin("rescue", str(carried), "--out", str(out), "--json", *it.key("recovery")))
    assert (shown["taken"], shown["refused"]) == (1, [])
    assert NOTE in out.read_text("utf-8")
    assert "went to the hub" in laptop.refuse("list", "cases", exit_code=3)[0], "the next start hands it over"
    assert files(laptop) == []


def test_t39_what_does_not_hold_is_ignored_and_said(laptop: Laptop, hub: RunningHub, it: It) -> None:
    """The hub itself lies: an order under a key of its own, handed out as if it were the municipality's."""
    device = joined(laptop, hub)
    laptop.run("sync")
    kept = (hub.data / "order-key.pub").read_bytes()
    (hub.data / "order-key.pub").unlink()
    hub.admin("order-key", "--private", str(it.folder / "other.json"), "--passphrase-file", str(it.secret))
    hub.admin("wipe", device, "--mode", "now", "--yes", *it.key("other"))
    laptop.run("sync")
    laptop.run("sync")
    lines = [line for line in laptop.json("audit", "list") if line["action"] == "order_ignored"]
    assert sorted(line["detail"] for line in lines) == ["key", "signature"]
    assert laptop.json("list", "cases")
    (hub.data / "order-key.pub").write_bytes(kept)


def test_an_order_is_signed_far_from_the_hub_and_taken_back(
    laptop: Laptop, hub: RunningHub, it: It, tmp_path: Path
) -> None:
    device = joined(laptop, hub)
    laptop.run("sync")
    request, signed = tmp_path / "request.json", tmp_path / "signed.json"
    hub.admin("wipe", device, "--mode", "void", "--request", str(request))

    done = subprocess.run(
        [*HUB, "sign-order", str(request), str(signed), "--yes", *it.key("order")], capture_output=True, check=True
    )
    assert b"queue-order" in done.stdout
    hub.admin("queue-order", str(signed))
    laptop.run("sync")
    assert laptop.json("list", "cases"), "void deletes nothing"
    assert any(line["action"] == "order_void" for line in laptop.json("audit", "list"))
    laptop.run("sync")
    ignored = [line["detail"] for line in laptop.json("audit", "list") if line["action"] == "order_ignored"]
    assert ignored == ["replayed"]
    assert orders.read_order(signed.read_bytes()).order.device == device
    assert not (laptop.home / BEGUN).exists()


def test_a_file_of_another_vault_deletes_no_new_one(laptop: Laptop, hub: RunningHub, it: It) -> None:
    device = joined(laptop, hub)
    it.wipe(device, "now")
    laptop.run("sync", exit_code=5)
    laptop.run("init", "--name", "Birthe Broker", "--lang", "en")
    other = json.dumps({"magic": "broker_tui-parcel", "v": 1, "vault": "ab" * 16}) + "\n"
    (laptop.home / BEGUN).write_text(other, encoding="utf-8")
    laptop.refuse("list", "cases", exit_code=3)
    laptop.run("list", "cases")
