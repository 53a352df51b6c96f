"""Small programmes for the tests of screens: what stands on a screen must not depend on how a real rule is worded.

`quiet` ones have steps and ask nothing; the `busy` one is a `uif2` with a rule of every kind a screen draws.
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from broker_tui.programmes import forms, loading
from broker_tui.programmes.course import Course

FAMILY = "broker_tui.programmes.families.small"
STEPS = {
    "guarantee": ("step1", "step2", "step3"),
    "fsm2": ("step1", "step2", "step3"),
    "uif2": ("phase1", "phase2", "phase3"),
    "flexjob": ("element1", "element2", "element4"),
    "mastery": ("phase1", "phase3", "phase4"),
}
_NAMES = {"step": ("Trin", "Step"), "phase": ("Fase", "Phase"), "element": ("Element", "Element")}


def _derive(course: Course) -> None:
    """The first step whose exits are not all met; it began when those before it were."""
    told = course.facts.of("citizen")
    since = told[0].on if told else None
    for step in course.program.definition.steps:
        course.step, course.since = step.code, since
        course.days[f"{step.code}.since"] = since
        met = [course.met(rule.id) for rule in course.program.exits.get(step.code, ())]
        days = [day for day in met if day is not None]
        if not met or len(days) < len(met):
            break
        since = max(days)
    if "passive" in course.program.definition.signals:
        course.signals["passive"] = not course.facts.of("contact") or None
    course.signals["minutes"] = sum(int(fact.get("minutes") or 0) for fact in course.facts.of("hours")) or None


def head(name: str) -> str:
    """A programme that asks nothing."""
    text = f'id = "{name}"\nversion = "1"\nfamily = "small"\nda = "Program {name}"\nen = "Programme {name}"\n'
    for code in STEPS[name]:
        kind, number = code[:-1], code[-1]
        da, en = _NAMES[kind]
        text += f'[[steps]]\ncode = "{code}"\nda = "{da} {number}"\nen = "{en} {number}"\nshort = "{number}"\n'
    return text


@contextmanager
def shipped(folder: Path, texts: dict[str, str]) -> Iterator[None]:
    """The programmes of `texts`, the others quiet, as if they were the ones that ship."""
    family = ModuleType(FAMILY)
    vars(family).update(derive=_derive, MEASURES={})
    shutil.copy(loading.FOLDER / "vocabulary.toml", folder)
    (folder / "titles.toml").write_text("", encoding="utf-8")
    for name in STEPS:
        (folder / f"{name}.toml").write_text(texts.get(name) or head(name), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "FOLDER", folder)
        patch.setitem(sys.modules, FAMILY, family)
        _forget()
        try:
            yield
        finally:
            _forget()


def _forget() -> None:
    """What was read from another folder."""
    loading.program.cache_clear()
    loading.titles.cache_clear()
    forms.forget()


def busy() -> str:
    """`uif2` with a rule of every kind."""
    return (
        head("uif2")
        + """
[params]
contact_days = { value = 14, da = "Dage mellem kontakter", en = "Days between contacts", local = true }
follow_ups_min = { value = 4, da = "Opfølgninger, mindst", en = "Follow-ups, at least" }
[facts.cv]
da = "CV"
en = "CV"
[facts.cv.fields]
functions = { type = "texts" }
confirmed = { type = "bool" }
level = { type = "choice", choices = ["draft", "final"] }
[facts.registered]
da = "Registreret i Min Plan"
en = "Registered in Min Plan"
[facts.registered.fields]
reference = { type = "text" }
[facts.network_talk]
da = "Samtale om netværk"
en = "Talk about the network"
[signals.passive]
da = "Uden kontakt"
en = "Without contact"
[signals.minutes]
da = "Minutter om ugen"
en = "Minutes a week"
[gates.introduce]
da = "Præsentér for en virksomhed"
en = "Introduce to a company"
"""
        + _rule(
            "contact",
            "cadence",
            "M",
            'evaluator = { type = "cadence", since = "phase1.since", every = "$contact_days d",'
            ' counts = { contact = ["meeting", "video", "phone"] } }',
            ("Tal med borgeren mindst hver 14. dag", "Den faste kontakt bærer forløbet", "en samtale med borgeren"),
            ("Talk with the citizen every 14 days", "Steady contact carries the course", "a talk with the citizen"),
        )
        + _rule(
            "cv",
            "exit",
            "M",
            'gates = ["introduce"]\nevaluator = { type = "criterion", closed_by = { fact = "cv", where ='
            " { functions = { items = 1 } } } }",
            ("Skriv et CV sammen", "Virksomheden skal kunne se, hvad borgeren kan", "et CV"),
            ("Write a CV together", "The company must see what the citizen can do", "a CV"),
        )
        + _rule(
            "goal",
            "exit",
            "M",
            'evaluator = { type = "criterion", closed_by = { fact = "job_goal" } }',
            ("Aftal et jobmål", "Målet er borgerens eget", "et jobmål"),
            ("Agree on a job goal", "The goal is the citizen's own", "a job goal"),
        )
        + _rule(
            "max-weeks",
            "deadline",
            "R",
            'evaluator = { type = "deadline", since = "phase1.since", due = "phase1.since + 26w",'
            ' closed_by = { fact = "cv" } }',
            ("Fasen varer højst 26 uger", "Ventetid koster mod", "fasen afsluttes"),
            ("The phase lasts 26 weeks at most", "Waiting costs courage", "the phase is left"),
        )
        + _rule(
            "follow-ups",
            "core",
            "M",
            'evaluator = { type = "window_count", since = "phase1.since", length = "6m",'
            ' minimum = "$follow_ups_min", counts = { fact = "follow_up" } }',
            ("Mindst 4 opfølgninger på 6 måneder", "De første måneder er de sværeste", "en opfølgning"),
            ("At least 4 follow-ups in 6 months", "The first months are the hardest", "a follow-up"),
        )
        + _rule(
            "registered",
            "doc",
            "R",
            'evaluator = { type = "criterion", closed_by = { fact = "registered" }, due = "phase1.since + 4w",'
            " debt = true }",
            ("Registrér planen i Min Plan", "Borgeren skal kunne læse den", "en registrering"),
            ("Register the plan in Min Plan", "The citizen must be able to read it", "a registration"),
        )
        + _rule(
            "network",
            "core",
            "R",
            'evaluator = { type = "criterion", closed_by = { fact = "network_talk" } }',
            ("Tal om netværket", "Nogen kender nogen", "en samtale om netværk"),
            ("Talk about the network", "Somebody knows somebody", "a talk about the network"),
        )
        + _rule(
            "courage",
            "advice",
            "A",
            'evaluator = { type = "info" }',
            ("Ros det, der lykkes", "Mod vokser af succes", "intet"),
            ("Praise what succeeds", "Courage grows with success", "nothing"),
        )
    )


def _rule(name: str, kind: str, severity: str, body: str, da: tuple[str, str, str], en: tuple[str, str, str]) -> str:
    words = "".join(
        f'[rule.{language}]\ndemand = "{demand}"\nwhy = "{why}"\ncloses = "{closes}"\n'
        for language, (demand, why, closes) in (("da", da), ("en", en))
    )
    return (
        f'[[rule]]\nid = "uif2.phase1.{name}"\nstep = "phase1"\nkind = "{kind}"\nseverity = "{severity}"\n'
        f'who = ["broker", "caseworker"]\nsource = "003 Fase 1, s. 4"\n{body}\n{words}'
    )
