"""The words of matching: needs a citizen has, demands a task makes, and which demand a need conflicts with."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from broker_tui.matching.model import Need, Task

Unit = Literal["", "kg", "minutes", "level", "hours", "time", "tasks"]
"""`hours` is written as whole minutes, `time` as minutes after midnight; "" is there or not."""
Verdict = Literal["conflict", "unknown"]


class DemandKind(msgspec.Struct, frozen=True):
    """What a task may ask of a person."""

    code: str
    da: str
    en: str
    unit: Unit = ""


class NeedKind(msgspec.Struct, frozen=True):
    """What a person may need, and the demands that conflict with it."""

    code: str
    da: str
    en: str
    demands: tuple[str, ...] = ()
    unit: Unit = ""
    must_say: bool = False
    """Means nothing without its parameter; any other need without one is taken at its strictest."""


DEMANDS: dict[str, DemandKind] = {
    kind.code: kind
    for kind in (
        DemandKind("lifting_kg", "Løft", "Lifting", "kg"),
        DemandKind("standing_min", "Stående arbejde i træk", "Standing in a row", "minutes"),
        DemandKind("sitting_min", "Siddende arbejde i træk", "Sitting in a row", "minutes"),
        DemandKind("walking_min", "Gang", "Walking", "minutes"),
        DemandKind("stairs", "Trapper", "Stairs"),
        DemandKind("noise", "Støj (0 rolig, 1 almindelig, 2 høj)", "Noise (0 quiet, 1 normal, 2 loud)", "level"),
        DemandKind("customer_contact", "Kundekontakt", "Customer contact"),
        DemandKind("crowded", "Mange mennesker omkring", "Many people around"),
        DemandKind("alone", "Arbejde alene", "Working alone"),
        DemandKind("no_free_breaks", "Pauser kan ikke lægges frit", "Breaks cannot be chosen"),
        DemandKind("paced", "Tempoet er bestemt udefra", "Pace set by others"),
        DemandKind("time_critical", "Skal være færdig til tiden", "Time critical"),
        DemandKind("fixed_time", "Faste tidspunkter", "Fixed times"),
        DemandKind("self_directed", "Tilrettelægges af én selv", "Self-directed"),
        DemandKind("screen_min", "Skærmarbejde", "Screen work", "minutes"),
        DemandKind("repetitive", "Ensidige bevægelser", "Repetitive movements"),
        DemandKind("dust_chemicals", "Støv eller kemi", "Dust or chemicals"),
        DemandKind("driving", "Bilkørsel", "Driving"),
        DemandKind("outdoor", "Udendørs", "Outdoors"),
        DemandKind("indoor_only", "Kun indendørs", "Indoors only"),
    )
}

NEEDS: dict[str, NeedKind] = {
    kind.code: kind
    for kind in (
        NeedKind("max_lifting", "Ingen/begrænsede løft", "No or limited lifting", ("lifting_kg",), "kg"),
        NeedKind("max_standing", "Begrænset stående arbejde", "Limited standing", ("standing_min",), "minutes"),
        NeedKind("max_sitting", "Begrænset siddende arbejde", "Limited sitting", ("sitting_min",), "minutes"),
        NeedKind(
            "max_walking", "Begrænset gang/trapper", "Limited walking or stairs", ("walking_min", "stairs"), "minutes"
        ),
        NeedKind("quiet", "Rolige omgivelser", "Quiet surroundings", ("noise",), "level"),
        NeedKind("no_customers", "Ingen kundekontakt", "No customer contact", ("customer_contact",)),
        NeedKind("few_people", "Få mennesker omkring sig", "Few people around", ("crowded",)),
        NeedKind("not_alone", "Må ikke arbejde alene", "Must not work alone", ("alone",)),
        NeedKind("breaks", "Hyppige pauser", "Frequent breaks", ("no_free_breaks",), "minutes"),
        NeedKind("own_pace", "Eget tempo", "Own pace", ("paced",)),
        NeedKind("no_time_pressure", "Intet tidspres", "No time pressure", ("time_critical",)),
        NeedKind("flexible_time", "Fleksibel mødetid", "Flexible hours", ("fixed_time",)),
        NeedKind("not_before", "Tidligst", "Not before", ("fixed_time",), "time", True),
        NeedKind("not_after", "Senest", "Not after", ("fixed_time",), "time", True),
        NeedKind("max_day_hours", "Højst timer pr. dag", "At most hours a day", ("fixed_time",), "hours", True),
        NeedKind("few_tasks", "Få/ens opgaver", "Few or similar tasks", (), "tasks", True),
        NeedKind("clear_instruction", "Tydelig instruktion", "Clear instruction", ("self_directed",)),
        NeedKind("no_screen", "Begrænset skærmarbejde", "Limited screen work", ("screen_min",), "minutes"),
        NeedKind("no_repetition", "Ingen ensidige bevægelser", "No repetitive movements", ("repetitive",)),
        NeedKind("no_dust_chemicals", "Støv/kemi undgås", "No dust or chemicals", ("dust_chemicals",)),
        NeedKind("no_driving", "Må ikke køre bil", "Must not drive", ("driving",)),
        NeedKind("indoor", "Inde", "Indoors", ("outdoor",)),
        NeedKind("outdoor", "Ude", "Outdoors", ("indoor_only",)),
    )
}
_TIMES = ("not_before", "not_after", "max_day_hours")


def clashes(need: "Need", task: "Task") -> Iterator[tuple[str, Verdict]]:
    """The demands of a task that conflict with a need, or of which nobody knows whether they do.

    How many tasks and how many flexible hours a day somebody gets is settled when hours are given out.
    """
    if need.code in _TIMES:
        if task.slots:
            if _outside(need.code, need.value or 0, task):
                yield "fixed_time", "conflict"
        elif task.said("fixed_time") != 0:
            yield "fixed_time", "unknown"
        return
    for code in NEEDS[need.code].demands:
        amount = task.said(code)
        if amount is None:
            yield code, "unknown"
        elif amount > (0 if not DEMANDS[code].unit else need.value or 0):
            yield code, "conflict"


def _outside(code: str, limit: int, task: "Task") -> bool:
    if code == "not_before":
        return any(slot.start < limit for slot in task.slots)
    if code == "not_after":
        return any(slot.end > limit for slot in task.slots)
    days = {slot.day for slot in task.slots}
    return any(sum(slot.minutes for slot in task.slots if slot.day == day) > limit for day in days)
