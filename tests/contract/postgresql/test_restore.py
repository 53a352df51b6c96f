"""The backup of `docs/operations.md`, taken while the hub runs, put into another database."""

import subprocess
from pathlib import Path

import pytest
from sqlalchemy import URL, select

from sync.hub import tables as t
from sync.hub.problems import Refused
from tests.hub_lab import Lab, Laptop, contact, statuses
from tests.postgres_lab import ROLE, Postgres


def test_a_restored_backup_is_noticed_by_who_is_ahead_of_it_and_by_who_is_not(
    lab: Lab, address: URL, postgres: Postgres, tmp_path: Path
) -> None:
    ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
    who, create = ida.citizen()
    ida.push(create, contact(who))
    for laptop in (ida, jon):
        laptop.pull()
    dump = tmp_path / "hub.dump"
    server = postgres.url(address.database or "", "postgres").render_as_string(hide_password=False)
    subprocess.run([postgres.programs / "pg_dump", "--format=custom", f"--file={dump}", server], check=True)
    lost = contact(who)
    ida.push(lost)  # acknowledged, and then the disk went
    with postgres.database("template0") as fresh:
        restore = [f"--dbname={server.replace(str(address.database), str(fresh.database))}", "--exit-on-error"]
        subprocess.run([postgres.programs / "pg_restore", *restore, str(dump)], check=True)
        assert lab.service.store.folder is not None
        back = Lab.of(lab.service.store.folder, fresh)
        quiet = Laptop(back, ida.actor, dict(ida.cursors))
        assert quiet.pull() == []  # its cursor is as old as the copy: without a new epoch it would notice nothing
        back.admin.new_epoch()
        for laptop in (quiet, Laptop(back, jon.actor, jon.cursors)):
            with pytest.raises(Refused, match="diverged"):
                laptop.pull()
        quiet.cursors = {}
        assert lost.id not in {change.id for change in quiet.pull()}
        assert statuses(quiet.push(lost)) == ["applied"]
        with back.service.store.engine.connect() as conn:
            assert conn.execute(select(t.record.c.id)).all() == []  # the policies came along
        owners = postgres.run("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'", fresh.database)
        assert owners == [(ROLE,)]
        back.service.store.close()
