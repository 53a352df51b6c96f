"""The published contract is what the code says, and what the hub serves."""

import json
from pathlib import Path

import pytest

from sync.contract import publish
from sync.records import RECORD_TYPES, field_names


def test_contract_files_have_not_drifted() -> None:
    on_disk = {str(p.relative_to(publish.FOLDER).as_posix()): p.read_bytes() for p in publish.FOLDER.rglob("*.json")}
    assert on_disk == publish.files(), "run: python -m sync.contract.publish"


def test_publishing_writes_only_what_changed(tmp_path: Path) -> None:
    publish.publish(tmp_path)
    assert publish.publish(tmp_path) == []
    (tmp_path / "records" / "gone.json").write_text("{}", encoding="utf-8")
    (tmp_path / "records" / "staff.json").write_text("{}", encoding="utf-8")
    assert sorted(publish.publish(tmp_path)) == ["records/gone.json", "records/staff.json"]


@pytest.mark.parametrize("name", sorted(RECORD_TYPES))
def test_every_field_of_a_type_is_published(name: str) -> None:
    schema = json.loads((publish.FOLDER / "records" / f"{name}.json").read_text(encoding="utf-8"))
    assert set(schema["properties"]) == field_names(name)
    assert schema["additionalProperties"] is True


def test_raw_items_are_described() -> None:
    schemas = json.loads((publish.FOLDER / "openapi.json").read_text(encoding="utf-8"))["components"]["schemas"]
    for message, item in (("PushRequest", "Op"), ("PushAnswer", "OpAnswer"), ("PullAnswer", "Change")):
        assert schemas[message]["properties"]["items"]["items"]["$ref"].endswith(f"/{item}")
