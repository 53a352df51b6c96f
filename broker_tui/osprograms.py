"""What the system's own programs say and do for us: whether the disk is encrypted, and the clipboard.

Nothing of ours stands in the arguments of anything started here. A program that is missing, slow or refuses is no
error: nobody knows then.
"""

import os
import sys
from pathlib import Path

PROBE_SECONDS = 2.0


def disk_encrypted(path: Path) -> bool | None:
    """Whether the disk below `path` is encrypted by the system; None when nobody says. At most two seconds."""
    try:
        if sys.platform == "win32":
            drive = path.absolute().drive or "C:"
            ask = (
                "(New-Object -ComObject Shell.Application).NameSpace($env:BROKER_DRIVE).Self"
                ".ExtendedProperty('System.Volume.BitLockerProtection')"
            )
            said = _answer(["powershell", "-NoProfile", "-Command", ask], {"BROKER_DRIVE": drive})
            return {"1": True, "3": True, "5": True, "2": False, "6": False}.get(said)
        if sys.platform == "darwin":
            said = _answer(["fdesetup", "status"])
            return True if "is On" in said else False if "is Off" in said else None
        return _on_crypt_device(path)
    except (OSError, ValueError):
        return None


def _on_crypt_device(path: Path, sys_block: str = "/sys/dev/block") -> bool | None:
    """Linux: whether the device, or one it is made of, is a dm-crypt one."""
    place = path.absolute()
    while not place.exists():
        place = place.parent
    number = place.stat().st_dev
    device = Path(sys_block) / f"{os.major(number)}:{os.minor(number)}"
    if not device.exists():
        return None  # a network or overlay file system
    waiting, seen = [device.resolve()], 0
    while waiting and seen < 32:
        device, seen = waiting.pop(), seen + 1
        name = device / "dm" / "uuid"
        if name.exists() and name.read_text("ascii", "replace").startswith("CRYPT-"):
            return True
        if (device / "slaves").is_dir():
            waiting += [slave.resolve() for slave in (device / "slaves").iterdir()]
        elif (device / "partition").exists():
            waiting.append(device.parent)
    return False


def _answer(argv: list[str], more: dict[str, str] | None = None) -> str:
    """What a program of the system says; nothing of ours is in its arguments."""
    import subprocess  # late: the lock screen needs neither

    env = {**os.environ, **(more or {})}
    try:
        done = subprocess.run(
            argv, capture_output=True, timeout=PROBE_SECONDS, check=False, env=env, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "replace").strip()


def clipboard_programs() -> list[tuple[list[str], list[str]]]:
    """Ways to write the clipboard and to read it back, the system's own first; texts go by standard input only."""
    if sys.platform == "win32":
        read = ["powershell", "-NoProfile", "-Command", "Get-Clipboard"]
        return [(["clip.exe"], read)]
    if sys.platform == "darwin":
        return [(["pbcopy"], ["pbpaste"])]
    ways = [
        (["wl-copy"], ["wl-paste", "-n"]),
        (["xclip", "-selection", "clipboard"], ["xclip", "-selection", "clipboard", "-o"]),
    ]
    shown = {"wl-copy": "WAYLAND_DISPLAY", "xclip": "DISPLAY"}
    return [way for way in ways if os.environ.get(shown[way[0][0]])]


def run_clipboard(argv: list[str], text: str | None = None) -> str | None:
    """Write `text`, or read when there is none; None when the program is not there or refuses."""
    import subprocess

    data = None if text is None else text.encode("utf-16-le" if sys.platform == "win32" else "utf-8")
    try:
        done = subprocess.run(
            argv,
            input=data,
            stdin=None if data is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE if text is None else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode:
        return None
    return "" if done.stdout is None else done.stdout.decode("utf-8", "replace").rstrip("\r\n")
