"""What a municipality sets for a programme: read with its bounds, changed one at a time, or by a ready-made profile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from broker_tui.domain.views import FieldError, InvalidInput
from broker_tui.programmes import loading
from broker_tui.programmes.definition import Param
from broker_tui.services.base import Service
from broker_tui.services.programmes import Programmes


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a programme.

    Attributes:
        param: name in both languages, bounds, choices, and what the programme itself says (`value`).
        now: what holds here.
    """

    name: str
    param: Param
    now: Any

    @property
    def own(self) -> bool:
        """Whether it differs from what the programme says."""
        return bool(self.now != self.param.value)


@dataclass(frozen=True)
class LocalSettings(Service):
    """The use cases of local settings."""

    programmes: Programmes

    def of(self, programme: str) -> list[Setting]:
        """Every setting a municipality may change.

        Raises:
            KeyError: no such programme.
        """
        shipped, here = loading.program(programme), self.programmes.program(programme)
        return [
            Setting(name, param, here.params[name]) for name, param in shipped.definition.params.items() if param.local
        ]

    def profiles(self, programme: str) -> dict[str, Mapping[str, Any]]:
        """Ready-made sets of settings by name."""
        return dict(loading.program(programme).definition.presets)

    def change(self, programme: str, name: str, value: Any) -> None:
        """Set one; None takes it back to what the programme says.

        Raises:
            InvalidInput: no such setting, none of its choices, or outside its bounds; nothing changes.
        """
        known = {one.name: one for one in self.of(programme)}
        if name not in known:
            raise InvalidInput((FieldError(name, "not_allowed"),))
        param = known[name].param
        if value is not None:
            _check(name, param, value)
        self._keep(programme, {**self.here(programme), name: value})

    def take(self, programme: str, profile: str) -> None:
        """Take over a ready-made profile; settings it says nothing about stay.

        Raises:
            InvalidInput: no such profile.
        """
        found = self.profiles(programme).get(profile)
        if found is None:
            raise InvalidInput((FieldError("profile", "not_allowed"),))
        self._keep(programme, {**self.here(programme), **found})

    def back(self, programme: str, former: Mapping[str, Any]) -> None:
        """Set everything as it was: what `here` told before a change."""
        self._keep(programme, former)

    def here(self, programme: str) -> dict[str, Any]:
        """What is set here, without what is left to the programme."""
        return dict(self.programmes.local_settings().get(programme) or {})

    def _keep(self, programme: str, local: Mapping[str, Any]) -> None:
        every = dict(self.programmes.local_settings())
        every[programme] = {name: value for name, value in local.items() if value is not None}
        faults = self.programmes.set_local(every)
        if faults:
            raise InvalidInput(tuple(FieldError(fault.key, "not_allowed") for fault in faults))


def _check(name: str, param: Param, value: Any) -> None:
    if param.choices and value not in param.choices:
        raise InvalidInput((FieldError(name, "not_allowed"),))
    low, high = param.min, param.max
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and ((low is not None and value < low) or (high is not None and value > high)):
        raise InvalidInput((FieldError(name, "outside", {"low": _end(low), "high": _end(high)}),))


def _end(bound: Any) -> str:
    return "…" if bound is None else str(bound)
