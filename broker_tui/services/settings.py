"""Settings of this laptop, kept inside the vault and never sent anywhere."""

from dataclasses import dataclass
from typing import Any

from broker_tui.services.base import Service


@dataclass(frozen=True)
class Settings(Service):
    """Language, theme, glyphs, glance guard and the like."""

    def get(self, name: str, default: Any = None) -> Any:
        """A setting, or `default` when it was never set."""
        return self.store.setting(name, default)

    def set(self, name: str, value: Any) -> None:
        """Keep a setting."""
        self.store.set_setting(name, value)
