"""What leaves the vault: sealed, without formulas, with pseudonyms where asked, and noted."""

import base64
import csv
import hashlib
import hmac
import io
import json
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from hypothesis import given, settings
from hypothesis import strategies as st

from broker_tui.documents.spreadsheet import as_csv, as_json, as_xlsx, headed, safe
from broker_tui.domain.views import InvalidInput
from broker_tui.services import Services
from broker_tui.services.exporting import WHATS, SealingRefused, Way
from broker_tui.vault import Argon2idDerivation, KdfParams, WrongPassphrase
from broker_tui.vault.sealing import sealed, unsealed
from sync import parcel, recovery
from sync.records.types import CompanyVisit, Hours, Placement
from tests.unit.services.services_helpers import PASSPHRASE, TODAY, FreeDerivation, call, company, fresh, person
from tests.unit.vault.format_reader import hpke_open

KDF = FreeDerivation()
OTHER = "blåmejse over kirsebærtræet"
PRIVATE = bytes(range(1, 33))
PUBLIC = recovery.encode(recovery.public_of(PRIVATE))
BAD = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
hostile = st.text(st.characters(codec="utf-8"), max_size=12) | st.builds(
    lambda lead, sign, rest: lead + sign + rest,
    st.sampled_from(["", " ", "  ", "\u00a0", "\ufeff", "\n"]),
    st.sampled_from(BAD),
    st.sampled_from(["1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x")', "4520304050", ""]),
)


def begins_badly(text: str) -> bool:
    return text.lstrip(" \u00a0\ufeff\n").startswith(BAD)


# Spreadsheets


@settings(max_examples=300)
@given(st.lists(st.lists(hostile, min_size=2, max_size=2), min_size=1, max_size=6))
def test_t29_no_cell_of_a_csv_begins_like_a_formula(rows: list[list[str]]) -> None:
    data = as_csv(headed("x", ["a", "b"], ["=a", "@b"], rows))
    read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len(read) == len(rows) + 1
    for row in read:
        assert not any(begins_badly(text) for text in row)


@settings(max_examples=60, deadline=None)
@given(st.lists(hostile, min_size=1, max_size=6))
def test_t29_no_cell_of_a_workbook_is_a_formula(texts: list[str]) -> None:
    data = as_xlsx(headed("x", ["a"], ["=a"], [[text] for text in texts]))
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type in ("s", "inlineStr") for cell in cells)
    assert not any(begins_badly(str(cell.value)) for cell in cells)


def test_t29_without_the_apostrophe_the_check_would_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broker_tui.documents.spreadsheet.safe", lambda text: text)
    read = as_csv(headed("x", ["a"], ["a"], [["=1+1"]])).decode("utf-8-sig").splitlines()
    assert begins_badly(next(csv.reader([read[1]], delimiter=";"))[0])


def test_numbers_and_dates_stay_what_they_are() -> None:
    table = headed("x", ["a", "b", "c"], ["A", "B", "C"], [[5, date(2026, 11, 17), None], [-5, "æøå", True]])
    assert as_csv(table).decode("utf-8-sig").splitlines()[1:] == ['"5";"2026-11-17";""', '"\'-5";"æøå";"1"']
    assert json.loads(as_json(table))[0] == {"a": 5, "b": "2026-11-17", "c": None}
    assert safe("+4520304050") == "'+4520304050"


# Parcels


def content(data: bytes = b"hej") -> parcel.Content:
    return parcel.Content("hemmelig-navn.csv", "text/csv", data)


@given(st.binary(max_size=300), st.integers(0, 10_000), st.data())
@settings(max_examples=150, deadline=None)
def test_a_parcel_opens_whole_or_not_at_all(data: bytes, extra: int, chance: st.DataObject) -> None:
    file = sealed(content(data), passphrase=PASSPHRASE, kdf=KDF)
    assert unsealed(file, PASSPHRASE, KDF) == content(data)
    at = chance.draw(st.integers(0, len(file) - 1))
    bit = 1 << chance.draw(st.integers(0, 7))
    changed = file[:at] + bytes([file[at] ^ bit]) + file[at + 1 :]
    with pytest.raises((parcel.ParcelRefused, WrongPassphrase)):
        unsealed(changed, PASSPHRASE, KDF)
    with pytest.raises((parcel.ParcelRefused, WrongPassphrase)):
        unsealed(file[: len(file) - 1 - extra % len(file)], PASSPHRASE, KDF)


def test_pieces_cannot_be_cut_off_moved_or_taken_from_another_parcel() -> None:
    big = bytes(range(256)) * 4096 * 3  # three pieces
    file = sealed(content(big), passphrase=PASSPHRASE, kdf=KDF)
    line, _newline, body = file.partition(b"\n")
    size = parcel.PIECE + parcel.TAG
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    assert len(pieces) == 4
    other = sealed(content(big), passphrase=PASSPHRASE, kdf=KDF).partition(b"\n")[2]
    for spoiled in (
        pieces[:3],
        [pieces[1], pieces[0], *pieces[2:]],
        [*pieces, pieces[3]],
        [pieces[0], other[size : 2 * size], *pieces[2:]],
    ):
        with pytest.raises(parcel.ParcelRefused):
            unsealed(line + b"\n" + b"".join(spoiled), PASSPHRASE, KDF)
    assert unsealed(file, PASSPHRASE, KDF).data == big


def test_nothing_of_the_inside_is_readable_outside() -> None:
    file = sealed(content(b"Zebrastian " * 50), passphrase=PASSPHRASE, reader=PUBLIC, kdf=KDF)
    assert b"Zebrastian" not in file
    assert b"hemmelig-navn" not in file
    assert b"csv" not in file


def test_a_reader_opens_with_the_private_key_and_nobody_elses_slot_fits() -> None:
    file = parcel.read(sealed(content(), reader=PUBLIC))
    assert parcel.opened(file, parcel.key_for(file, PRIVATE)) == content()
    with pytest.raises(parcel.ParcelRefused):
        parcel.key_for(file, bytes(range(2, 34)))
    with pytest.raises(WrongPassphrase):
        unsealed(sealed(content(), reader=PUBLIC), PASSPHRASE, KDF)
    slot = dict(file.slots[0])
    asked = recovery.SealedSlot(
        id="a1b2c3d4",
        type="municipality",
        suite=slot["suite"],
        org_key=slot["key"],
        public=PUBLIC,
        ct=slot["ct"],
        made="",
    )
    with pytest.raises(recovery.RecoveryRefused):  # an export's key must not come out of the walk for lost passphrases
        recovery.unseal(file.id, asked, PRIVATE)


def expand(key: bytes, info: str) -> bytes:
    return hmac.digest(key, info.encode() + b"\x01", "sha256")


def reader_of_the_page(data: bytes, *, passphrase: str = "", private: bytes = b"") -> tuple[dict[str, str], bytes]:
    """Written from docs/exports.md and docs/vault-format.md alone."""
    line, _feed, body = data.partition(b"\n")
    told = json.loads(line)
    assert (told["magic"], told["v"]) == ("broker_tui-parcel", 1)
    kind = "passphrase" if passphrase else "recipient"
    slot = next(one for one in told["slots"] if one["type"] == kind)
    if passphrase:
        kdf = slot["kdf"]
        salt, nonce, ct = (base64.b64decode(text) for text in (kdf["salt"], slot["nonce"], slot["ct"]))
        secret = unicodedata.normalize("NFKC", passphrase).encode()
        wrap = Argon2id(salt=salt, length=32, iterations=kdf["t"], lanes=kdf["p"], memory_cost=kdf["m"]).derive(secret)
        rest = {key: slot[key] for key in slot if key != "ct"}
        about = json.dumps({"slot": rest, "vault": told["id"]}, sort_keys=True, separators=(",", ":")).encode()
        key = AESGCM(wrap).decrypt(nonce, ct, about)
    else:
        key = hpke_open(
            base64.b64decode(slot["ct"]), private, f"broker_tui/v1/parcel|{told['id']}|{slot['key']}".encode()
        )
    cipher = AESGCM(expand(key, f"broker_tui/v1/parcel-pieces|{told['id']}"))
    about, size, plain = hashlib.sha256(line + b"\n").digest(), 1_048_576 + 16, b""
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        plain += cipher.decrypt(number.to_bytes(11, "big") + bytes([last]), part, about)
    head, _feed, inside = plain.partition(b"\n")
    return json.loads(head), inside


def test_a_reader_written_from_the_page_opens_both_ways() -> None:
    lightest = Argon2idDerivation(KdfParams(65536, 3, 1))
    data = bytes(range(256)) * 5000
    file = sealed(content(data), passphrase="gråspurv under tagskægget", reader=PUBLIC, kdf=lightest)
    expected = ({"name": "hemmelig-navn.csv", "kind": "text/csv"}, data)
    assert reader_of_the_page(file, passphrase="gråspurv under tagskægget") == expected
    assert reader_of_the_page(file, private=PRIVATE) == expected


# The service


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = fresh(tmp_path / "home")
    who = person(opened, "Zebrastian Kjær", phone="20304050", cpr="0203040000", note="kvaksalverknoglen")
    where = company(opened, "Tudsekvartettens Kantine")
    opened.contacts.add(call(who, "=HYPERLINK(kvaksalverknoglen)"))
    opened.companies.add_visit(CompanyVisit(company_id=where, occurred_on=TODAY, note="humlegartneriet"))
    placement = Placement(citizen_id=who, type="internship", company_id=where, start=TODAY, job_title="humlegartner")
    saved = opened.work.add_placement(placement, minutes_per_week=None, measure="internship")
    opened.work.add_hours(
        Hours(citizen_id=who, placement_id=saved.ids[0], start=TODAY, minutes_per_week=750, measure="internship")
    )
    yield opened
    opened.close()


CANARIES = ("Zebrastian", "20304050", "0203040000", "kvaksalver", "Tudsekvartet", "humlegart", "Birthe")


def audit(services: Services) -> Any:
    return services.trail.lines(limit=1)[0]


@pytest.mark.parametrize("what", WHATS)
@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_each_list_is_sealed_and_a_redacted_one_names_nobody(
    services: Services, tmp_path: Path, what: Any, form: Any
) -> None:
    path = tmp_path / "out.btx"
    done = services.exporting.table(what, form, path, Way(passphrase=OTHER))
    assert (done.count, done.sealed) == (1, True)
    assert not any(word.encode() in path.read_bytes() for word in CANARIES)
    inside = unsealed(path.read_bytes(), OTHER, KDF).data
    text = inside.decode("utf-8", "replace") if form != "xlsx" else repr(cells(inside))
    assert any(word in text for word in CANARIES)
    line = audit(services)
    assert (line.action, line.entity, line.detail) == ("export", what, f"sealed {what}.{form} count 1")
    hidden = tmp_path / "hidden.btx"
    services.exporting.table(what, form, hidden, Way(passphrase=OTHER, redacted=True))
    inside = unsealed(hidden.read_bytes(), OTHER, KDF).data
    text = inside.decode("utf-8", "replace") if form != "xlsx" else repr(cells(inside))
    assert [word for word in CANARIES if word in text] == []


def cells(data: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_pseudonyms_are_the_same_in_every_export_of_a_vault_and_others_elsewhere(
    services: Services, tmp_path: Path
) -> None:
    def first(exporting: Any, what: Any) -> str:
        return next(str(v) for v in exporting.made(what, redacted=True).rows[0] if str(v).startswith("P-"))

    assert first(services.exporting, "contacts") == first(services.exporting, "placements")
    other = fresh(tmp_path / "other")
    who = person(other)
    other.contacts.add(call(who))
    assert first(other.exporting, "contacts") != first(services.exporting, "contacts")
    other.close()


def test_unsealed_only_with_a_reason_that_is_kept(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    for reason in ("", "test", "        x"):
        with pytest.raises(InvalidInput) as refused:
            services.exporting.table("caseload", "csv", path, Way(plain=True, reason=reason))
        assert [fault.field for fault in refused.value.errors] == ["reason"]
        assert not path.exists()
    done = services.exporting.table("caseload", "csv", path, Way(plain=True, reason="Mødet med rådgiveren i morgen"))
    assert not done.sealed
    assert "Zebrastian" in path.read_text("utf-8-sig")
    assert (audit(services).purpose, audit(services).detail) == (
        "Mødet med rådgiveren i morgen",
        "plain caseload.csv count 1",
    )


def test_what_cannot_be_written_is_refused_and_nothing_is_left(services: Services, tmp_path: Path) -> None:
    there = tmp_path / "er-der.btx"
    there.write_bytes(b"x")
    cases = [
        (there, Way(passphrase=OTHER), "file"),
        (tmp_path / "ingen" / "x.btx", Way(passphrase=OTHER), "file"),
        (tmp_path / "x.btx", Way(), "passphrase"),
        (tmp_path / "x.btx", Way(reader="municipality"), "to"),
    ]
    for path, way, field in cases:
        with pytest.raises(InvalidInput) as refused:
            services.exporting.table("hours", "csv", path, way)
        assert [fault.field for fault in refused.value.errors] == [field]
    for way in (Way(passphrase="kort"), Way(reader="ingen nøgle")):
        with pytest.raises(SealingRefused):
            services.exporting.table("hours", "csv", tmp_path / "x.btx", way)
    assert there.read_bytes() == b"x"
    assert not (tmp_path / "x.btx").exists()


def test_everything_about_a_person_and_nobody_else(services: Services, tmp_path: Path) -> None:
    other = person(services, "Bo Lund")
    services.contacts.add(call(other, "en andens samtale"))
    who = next(entry for entry in services.search.find("Zebrastian")).open_id
    path = tmp_path / "sag.btx"
    services.exporting.whole_case(who, path, Way(reader=PUBLIC))
    file = parcel.read(path.read_bytes())
    told = json.loads(parcel.opened(file, parcel.key_for(file, PRIVATE)).data)
    assert told["citizen"][0]["name"] == "Zebrastian Kjær"
    assert {"case", "contact", "placement", "hours"} <= told.keys()
    assert "en andens" not in json.dumps(told, ensure_ascii=False)
    assert "Bo Lund" not in json.dumps(told, ensure_ascii=False)
