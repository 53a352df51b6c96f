"""flexjob from the visitation to the end of the case, through illness and a job that breaks off."""

from pathlib import Path

import pytest

from tests.e2e.walks.hands import Named, card_form, decide, form, marks, new_person, pick, row
from tests.e2e.walks.walk import Day, Then, walk

pytestmark = [pytest.mark.e2e, pytest.mark.long]
UNHELD = (  # five weeks in the job without a talk with anybody, and no profile chosen
    "flexjob.element3.cadence",
    "flexjob.element3.early",
    "flexjob.element3.profile-set",
    "flexjob.element4.mentor-talks",
)
READY = ("flexjob.element1.exit",)

WALK = (
    Day(
        "2026-01-05",  # visited together, accepted, five hours a week: before the job, being clarified
        [
            new_person("FLEKS"),
            card_form("r", "Hvem hjælper i hvilken rolle", {"Rolle": pick("Fast kontaktperson")}),
            form(
                "Visitationsskema",
                {
                    "Deltagere": marks("Sagsbehandler", "Fleksjobambassadør", "Borger"),
                    "Sagsbehandler": Named(),
                    "Fleksjobambassadør": Named(),
                    "Visitationssamtale holdt": pick("ja"),
                    "Visiteret til fleksjob": "5/1",
                    "Effektive timer om ugen": "5",
                    "Grundlag": pick("Praktik"),
                    "Passer til indsatsen": pick("Passer"),
                    "Hvorfor": "Har brug for støtte",
                    "Grunde til visitationen": marks("Lav arbejdsevne"),
                    "Udfald": pick("Optaget"),
                    "Borgerens svar": pick("Ja"),
                },
            ),
        ],
        Then("before_job", "2026-01-05", missing=READY, signals={"capacity_band": "1-5"}, also={"sub": "clarifying"}),
    ),
    Day(
        "2026-01-20",
        [
            card_form(
                "A",
                "Samlet aftale",
                {
                    "Slags": pick("Fleksjob"),
                    "eller en ny": "Kantinen",
                    "Fra": "2/2",
                    "Timer om ugen": "5",
                    "Opgaver": "Kopiering",
                    "Hensyn": "Pauser",
                    "Navn": "Kim Lund",
                    "Telefon": "20 00 00 09",
                },
            )
        ],
        Then("before_job", "2026-01-05", missing=(*READY, "flexjob.element2.exit"), also={"sub": "clarifying"}),
    ),
    Day(
        "2026-03-09",  # ill from Friday the 6th, called on Monday: the first day was missed (spec F11)
        [
            form(
                "Sygemelding",
                {
                    "Første sygedag": "6/3",
                    "Meldt": "6/3",
                    "Opkald": row({"Dato": "9/3", "Nået": pick("ja"), "Næste kontakt": "20/3"}),
                },
            )
        ],
        Then(
            "in_job",
            "2026-02-02",
            overdue=UNHELD,
            rules={"flexjob.element3.early": ("overdue", "2026-02-16")},
            signals={"sick": True},
            also={"sub": "direct"},
        ),
    ),
    Day(
        "2026-05-21",  # broken off on 20 May, not to be resumed: before the job from the day after (spec F23)
        [
            decide(
                "Afbrud",
                {
                    "Dato": "20/5",
                    "Af hvem": pick("Virksomhed"),
                    "Grund": "Opgaverne er væk",
                    "Kan genoptages": pick("nej"),
                    "Hvad har vi lært om timer og hensyn": "Kun formiddage",
                },
            )
        ],
        Then(
            "before_job",
            "2026-05-21",
            missing=READY,
            rules={
                "flexjob.element3.interrupted": ("closed", "2026-05-21"),
                "flexjob.element1.waiting-cadence": ("upcoming", "2026-08-20"),
            },
            also={"sub": "clarifying"},
        ),
    ),
    Day(
        "2026-06-15",
        [
            decide(
                "Afslut sagen",
                {"Hvem var med": marks("Borger", "Sagsbehandler"), "Grund": pick("Førtidspension")},
            )
        ],
        Then("closed", "2026-06-15", also={"final": True}),
    ),
)


def test_from_entry_to_exit(tmp_path: Path) -> None:
    walk(tmp_path, WALK)
