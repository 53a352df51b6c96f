"""My laptops by command, over a real hub: one is reported lost from another and is told so."""

from tests.unit.cli.cli_helpers import Laptop
from tests.unit.cli.test_cli_sync import RunningHub
from tests.unit.cli.test_cli_sync import hub as hub
from tests.unit.cli.test_cli_sync import second as second


def test_a_lost_laptop_is_reported_from_the_other(laptop: Laptop, hub: RunningHub, second: Laptop) -> None:
    assert "hub" in laptop.refuse("devices", exit_code=5)[0]
    mine = laptop.json("enrol", hub.url, hub.code())["id"]
    theirs = second.json("enrol", hub.url, hub.code())["id"]
    listed = {one["id"]: (one["this"], one["shut_out"]) for one in laptop.json("devices")}
    assert listed == {mine: (True, None), theirs: (False, None)}
    assert "at" in laptop.refuse("devices", "lost", mine, "--yes")[0]
    laptop.refuse("devices", "lost", "nobody", "--yes")
    laptop.run("devices", "lost", theirs, stdin="n\n", exit_code=1)
    assert second.json("sync")["sent"] == 0
    laptop.run("devices", "lost", theirs, "--yes")
    assert "reported lost" in second.refuse("sync", exit_code=6)[-1]
    assert "shut out" in laptop.run("devices").stdout
    assert "lost" in hub.admin("events")
