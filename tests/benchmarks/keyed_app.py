"""The app process as it is, except that it notes the moment at which the key was derived."""

import os
import sys
import time
from pathlib import Path

from broker_tui.app_process import main
from broker_tui.vault import kdf


def noting(derive: object) -> object:
    """`derive`, and the time it ended in the file named by the environment."""
    assert callable(derive)

    def derived(*args: object, **options: object) -> object:
        key = derive(*args, **options)
        Path(os.environ["KEY_NOTE"]).write_text(str(time.monotonic()), "ascii")
        return key

    return derived


if __name__ == "__main__":
    setattr(kdf.Argon2idDerivation, "derive", noting(kdf.Argon2idDerivation.derive))  # noqa: B010 - replaced, not typed
    sys.exit(main())
