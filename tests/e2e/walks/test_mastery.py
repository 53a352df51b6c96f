"""mastery from the referral to a job, moved to the next team on the way."""

from pathlib import Path

import pytest

from tests.e2e.walks.hands import decide, form, marks, new_person, pick
from tests.e2e.walks.walk import Day, Then, walk

pytestmark = pytest.mark.e2e

WALK = (
    Day(
        "2026-07-15",  # the referral begins phase 1
        [
            new_person("MEST"),
            form(
                "Henvisning",
                {
                    "Ydelse": pick("Kontanthjælp"),
                    "Samtale holdt": "15/7",
                    "Forklaret for borgeren": marks("Forløbet og dets faser"),
                    "Pjecen er givet med hjem": pick("ja"),
                    "Pjece udleveret": "15/7",
                    "Barrierer for job eller uddannelse": marks("Angst"),
                    "Åben for at arbejde med det sammen med andre": pick("Ja"),
                    "Kan beskrive egne barrierer": pick("Ja"),
                    "Udtalt kognitiv barriere, der hindrer dialog": pick("nej"),
                    "Misbrug af stoffer eller alkohol": pick("Intet"),
                    "Behandling ved siden af forløbet": pick("nej"),
                    "Begrundelse for henvisning": "Vil i praktik",
                    "Passer borgeren til forløbet": pick("Ja"),
                },
            ),
        ],
        Then("phase1", "2026-07-15", also={"sub": "referred"}),
    ),
    Day(
        "2026-07-20",  # a place on the team that begins on 17 August; the first talk begins the preparation (spec M1)
        [
            decide("Plads på hold", {"Hold": "T1"}),
            form(
                "Hold",
                {
                    "Navn": "T1",
                    "Oprettet": "20/7",
                    "Organiseringsmodel": pick("3:"),
                    "Udgave": pick("Anbefalet: fire uger"),
                    "Holdstart": "17/8",
                },
            ),
            form(
                "Forberedende samtale",
                {
                    "Slags": pick("Med sagsbehandler"),
                    "Blev den holdt": pick("Holdt"),
                    "Hvem var med": marks("Borger", "Sagsbehandler"),
                },
            ),
        ],
        Then(
            "phase2",
            "2026-07-20",
            missing=("mastery.phase2.exit",),
            rules={
                "mastery.phase2.min-length": ("closed", "2026-08-10"),
                "mastery.phase2.agreement-before-teaching": ("open", "2026-08-16"),
            },
            signals={"length_days": 140},
            also={"sub": "preparing"},
        ),
    ),
    Day(
        "2026-08-14",  # moved to the team of 12 October: the preparation is kept, eight weeks more
        [
            decide("Plads på hold", {"Hold": "T2"}),
            form(
                "Hold",
                {
                    "Navn": "T2",
                    "Oprettet": "14/8",
                    "Organiseringsmodel": pick("3:"),
                    "Udgave": pick("Anbefalet: fire uger"),
                    "Holdstart": "12/10",
                },
            ),
        ],
        Then(
            "phase2",
            "2026-07-20",
            missing=("mastery.phase2.exit",),
            rules={
                "mastery.phase2.min-length": ("closed", "2026-10-05"),
                "mastery.phase2.agreement-before-teaching": ("open", "2026-10-11"),
            },
            signals={"length_days": 196},
        ),
    ),
    Day(
        "2026-09-01",  # a job before the teaching begins
        [
            decide(
                "Forlader forløbet",
                {"Hvem var med": marks("Borger", "Jobformidler"), "Til": pick("Job"), "Begrundelse": "Fik job"},
            )
        ],
        Then("closed", "2026-09-01", also={"final": True}),
    ),
)


def test_from_entry_to_exit(tmp_path: Path) -> None:
    walk(tmp_path, WALK)
