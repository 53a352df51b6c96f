"""What the program is made of, and whether anything in it is known to be unsafe.

Writes a bill of materials (CycloneDX, JSON) from the lock file, then asks the advisory database about every line of it.
A finding fails the gate; a database that cannot be reached is said in one line and fails nothing, so that the gate
also runs where there is no network. An index that answers without advisories looks like good news: so it is first asked
about a release that is known to be unsafe.
"""

import argparse
import json
import subprocess
import sys
import warnings
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from cyclonedx.contrib.hash.factories import HashTypeFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from pip_requirements_parser import RequirementsFile

LOCK = Path(__file__).parent.parent / "requirements.lock"
SECONDS = 120
UNSAFE = "requests==2.19.0 --hash=sha256:421cfc8d9dde7d6aff68196420afd86b88c65d77d8da9cf83f4ecad785d7b9d6\n"
"""Leaks credentials on a redirect (PYSEC-2018-28); a database that does not say so has no advisories."""


def materials(lock: Path) -> Bom:
    """Every locked package with the hashes of its files, under the program itself."""
    bom = Bom()
    own = version("broker-tui")
    bom.metadata.component = Component(name="broker-tui", version=own, type=ComponentType.APPLICATION)
    for line in RequirementsFile.from_file(str(lock)).requirements:
        (pin,) = line.specifier
        url = PackageURL("pypi", name=line.name, version=pin.version)
        hashes = [HashTypeFactory().from_composite_str(option.removeprefix("--hash=")) for option in line.hash_options]
        bom.components.add(Component(name=line.name, version=pin.version, purl=url, hashes=hashes, bom_ref=str(url)))
    return bom


def asked(lock: Path) -> list[tuple[str, str, str]] | None:
    """Name, version and flaw of everything known about what is pinned in a file; None when nobody answered."""
    command = [sys.executable, "-m", "pip_audit", "-r", str(lock), "--require-hashes", "--disable-pip", "-f", "json"]
    try:
        done = subprocess.run(
            [*command, "--progress-spinner", "off"], capture_output=True, timeout=SECONDS, check=False
        )
        found = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return None
    return [(one["name"], one["version"], flaw["id"]) for one in found for flaw in one.get("vulns", ())]


def advisories(lock: Path) -> list[tuple[str, str, str]] | None:
    """Known flaws in what is locked; None when no advisory database could be asked."""
    with TemporaryDirectory() as folder:
        known = Path(folder) / "known-unsafe.txt"
        known.write_text(UNSAFE, encoding="utf-8")
        if not asked(known):
            return None
    return asked(lock)


def main() -> int:
    """Write the bill and ask."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lock", type=Path, default=LOCK)
    options.add_argument("--out", type=Path, default=LOCK.parent / "build" / "sbom.cdx.json")
    given = options.parse_args()
    bom = materials(given.lock)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the bill names no dependencies between its lines
        given.out.write_text(JsonV1Dot6(bom).output_as_string(indent=2), encoding="utf-8")
    print(f"{len(bom.components)} packages: {given.out}")
    flaws = advisories(given.lock)
    if flaws is None:
        print("No advisory database could be reached: known flaws were NOT looked for. Run this again with a network.")
        return 0
    for name, at, flaw in flaws:
        print(f"{name} {at}: {flaw}")
    print(f"{len(flaws)} known flaws")
    return 1 if flaws else 0


if __name__ == "__main__":
    sys.exit(main())
