"""Where a hub lives, as it is said on the command line: no password where others can read it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sync.hub import keyfiles
from sync.hub.cli import main
from sync.hub.dialects import Unusable
from sync.hub.places import VARIABLE, Place, address
from sync.hub.schema import HEAD

SECRET = "kanariefugl"


def run(*args: object, **env: str) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args], env=env)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://hub:{SECRET}@db.example/hub",
        f"postgresql+psycopg://hub@db.example/hub?password={SECRET}",
        f"postgresql://hub@db.example/hub?sslpassword={SECRET}",
    ],
)
@pytest.mark.parametrize("command", [("init",), ("status",), ("broker", "add", "Ida"), ("serve",)])
def test_a_password_in_a_command_is_refused_and_not_repeated(
    tmp_path: Path, url: str, command: tuple[str, ...]
) -> None:
    result = run(*command, "--data", tmp_path / "hub", "--database", url)
    assert result.exit_code == 4
    assert len(result.output.splitlines()) == 1
    assert VARIABLE in result.output
    assert SECRET not in result.output
    assert not (tmp_path / "hub").exists()


def test_the_same_address_in_the_environment_may_hold_one() -> None:
    url = address(f"postgresql://hub:{SECRET}@db.example/hub", shown=False)
    assert url.password == SECRET
    assert SECRET not in str(url)


@pytest.mark.parametrize("text", ["nix", "mysql://hub@db.example/hub", "sqlite:///hub.db", "://"])
@pytest.mark.parametrize("way", ["argument", "environment"])
def test_what_is_no_address_is_said_in_a_sentence(tmp_path: Path, text: str, way: str) -> None:
    more, env = (("--database", text), {}) if way == "argument" else ((), {VARIABLE: text})
    result = run("status", "--data", tmp_path / "hub", *more, **env)
    assert result.exit_code == 4
    assert "postgresql://hub@db.example/hub" in result.output
    assert len(result.output.splitlines()) == 1


def test_without_an_address_the_embedded_database_stays(tmp_path: Path) -> None:
    assert run("init", "--data", tmp_path / "hub").exit_code == 0
    assert (tmp_path / "hub" / "hub.sqlite3").exists()
    assert run("migrate", "--data", tmp_path / "hub").exit_code == 0
    assert run("status", "--data", tmp_path / "hub").exit_code == 0


def test_a_number_without_a_shared_database_is_refused(tmp_path: Path) -> None:
    result = run("init", "--data", tmp_path / "hub", "--tenant", "2")
    assert result.exit_code == 4
    assert result.output == "Error: the embedded database serves one jobcenter; --tenant goes with --database\n"
    assert not (tmp_path / "hub").exists()


def test_a_place_says_where_it_is_without_a_password(tmp_path: Path) -> None:
    place = Place(tmp_path, address(f"postgresql://hub:{SECRET}@db.example/hub", shown=False), 3)
    assert str(place) == "the database, number 3"
    assert SECRET not in repr(place)


def test_a_schema_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    run("init", "--data", tmp_path)
    with sqlite3.connect(tmp_path / "hub.sqlite3") as db:
        db.execute("UPDATE alembic_version SET version_num = 'x' || ?", (HEAD,))
    db.close()
    with pytest.raises(Unusable, match="newer"):
        Place(tmp_path).current()


def test_a_key_file_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "key"
    assert keyfiles.made_once(path, b"first") == b"first"
    assert keyfiles.made_once(path, b"second") == b"first"
    keyfiles.replaced(path, b"third")
    assert path.read_bytes() == b"third"
    assert [file.name for file in tmp_path.iterdir()] == ["key"]


def test_a_key_file_is_made_once_where_there_are_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.link", none)
    assert keyfiles.made_once(tmp_path / "key", b"first") == b"first"
    assert keyfiles.made_once(tmp_path / "key", b"second") == b"first"
    assert [file.name for file in tmp_path.iterdir()] == ["key"]
