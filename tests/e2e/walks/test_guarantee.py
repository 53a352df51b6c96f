"""guarantee (UJG) from the first talk to the exit, through an interrupted course."""

from pathlib import Path

import pytest

from tests.e2e.walks.hands import Named, card_form, contact, decide, form, marks, new_person, pick, row
from tests.e2e.walks.walk import Day, Then, walk

pytestmark = [pytest.mark.e2e, pytest.mark.long]
STEP2 = ("guarantee.step2.exit-agreement", "guarantee.step2.exit-company-contact", "guarantee.step2.exit-plan")
EXIT = ("guarantee.step3.exit-30-hours|guarantee.step3.exit-self-support",)
MONTHLY = "guarantee.step2.monthly-contact"

WALK = (
    Day(
        "2021-03-01",  # the first talk about referral begins step 1; the broker who enters the person is attached
        [
            new_person("UJG"),
            form("Afklaring og visitation", {"Første samtale": "1/3", "Hvordan": pick("Møde")}, begun=True),
        ],
        Then(
            "step1",
            "2021-03-01",
            missing=("guarantee.step1.exit-cv", "guarantee.step1.exit-direction", "guarantee.step1.exit-referral"),
            rules={"guarantee.step1.exit-broker": "closed", "guarantee.target.benefit": "open"},
            signals={"talks_held": 1},
        ),
    ),
    Day(
        "2021-03-05",  # referral, CV, direction and broker: step 2 the same day; effort due within 7 days of the plan
        [
            form(
                "Afklaring og visitation",
                {
                    "Visitation": pick("Aktivitetsparat"),
                    "Bor i boligområdet": pick("ja"),
                    "Ydelse": pick("Kontanthjælp"),
                    "Gruppe": pick("1: visiteres til projektet"),
                    "Afgjort": "5/3",
                    "Begrundelse": "Vil arbejde",
                    "Jobkonsulent": Named(),
                },
            ),
            form(
                "Plan for forløbet",
                {
                    "Ressourcer og kompetencer": "Laver mad",
                    "Jobønske": "Køkken",
                    "Mål på sigt": pick("Beskæftigelse"),
                    "Der er spurgt til barrierer": pick("ja"),
                },
            ),
            form("CV-ark", {"Funktioner": row({"Funktion": "Anretter mad"}), "CV lavet": "5/3"}),
        ],
        Then(
            "step2",
            "2021-03-05",
            missing=STEP2,
            rules={
                "guarantee.step1.plan": "closed",
                "guarantee.step1.cv-functions": "closed",
                "guarantee.target.benefit": "closed",
                "guarantee.step1.start-after-plan": ("due_soon", "2021-03-12"),
                MONTHLY: "",  # before the first placement it asks nothing (1.9 monthly_due)
            },
        ),
    ),
    Day(
        "2021-04-06",  # agreement, plan and contact person at once: step 3 since the latest of their days (1.9)
        [
            card_form(
                "A",
                "Samlet aftale",
                {
                    "Slags": pick("Ordinært job"),
                    "eller en ny": "Kantinen",
                    "Fra": "12/4",
                    "Timer om ugen": "6",
                    "Opgaver": "Anretning",
                    "Hensyn": "Ingen",
                    "Delmål": "Kassen",
                    "Navn": "Bodil Holm",
                    "Telefon": "20 00 00 09",
                },
            )
        ],
        Then(
            "step3",
            "2021-04-06",
            missing=EXIT,
            rules={"guarantee.step1.start-after-plan": "closed_late"},
        ),
    ),
    Day(
        "2021-05-10",  # the month runs from the start, 12 April; the follow-up counts for the plan's 12 May too
        [
            form(
                "Opfølgning",
                {
                    "Kontakten": pick("Noteres her"),
                    "Hvordan": pick("Møde"),
                    "Hvem deltog": marks("Borgeren", "Jobformidleren"),
                    "Hvor": pick("På virksomheden"),
                    "Det går godt med": "Anretning",
                    "Opgaverne": "Klarer dem alene",
                },
            )
        ],
        Then(
            "step3",
            "2021-04-06",
            missing=EXIT,
            rules={
                MONTHLY: ("open", "2021-06-10"),
                "guarantee.step3.per-plan@2021-05-12": "closed",
                "guarantee.step3.per-plan@2021-06-12": ("upcoming", "2021-06-12"),
            },
            signals={"near_exit": "26.0 hours a month", "ordinary_minutes_week": 360},
        ),
    ),
    Day(
        "2021-06-14",  # interrupted on 11 June: step 2 from the day after, CV and broker stay (spec G-EX12)
        [
            contact({"Hvordan": pick("Telefon"), "Hvornår": "11/6 kl. 10", "Notat": "Vil ikke mere"}),
            decide(
                "Afbrudt forløb",
                {
                    "Sidste dag": "11/6",
                    "Hvem deltog": marks("Borgeren"),
                    "Afbrudt af": pick("Borgeren"),
                    "Borgeren er stadig i målgruppen": pick("ja"),
                    "Næste skridt": pick("Søger videre på trin 2"),
                },
            ),
        ],
        Then(
            "step2",
            "2021-06-12",
            missing=STEP2,
            rules={
                MONTHLY: ("open", "2021-07-11"),
                "guarantee.step1.cv": "closed",
                "guarantee.step1.broker-coordinator": "closed",
                "guarantee.step3.interrupt-step2": "closed",
            },
        ),
    ),
    Day(
        "2021-06-28",  # seven hours a week from 1 July are 30.3 a month: the exit is proposed from that day on
        [
            card_form(
                "A",
                "Samlet aftale",
                {
                    "Slags": pick("Ordinært job"),
                    "eller en ny": "Lageret",
                    "Fra": "1/7",
                    "Timer om ugen": "7",
                    "Opgaver": "Pakning",
                    "Hensyn": "Ingen",
                    "Delmål": "Truck",
                    "Navn": "Kim Lund",
                    "Telefon": "20 00 00 08",
                },
            )
        ],
        Then("step3", "2021-06-28", missing=EXIT, also={"exit_proposed": None}),
    ),
    Day(
        "2021-07-05",  # a person confirms the exit
        [
            decide(
                "Afslutning og efterværn",
                {
                    "Afsluttet": "5/7",
                    "Hvem deltog": marks("Borgeren"),
                    "Afsluttet med": pick("Mindst 30 ordinære timer"),
                    "Efterværn tilbudt": pick("ja"),
                },
            )
        ],
        Then(
            "exited_hours",
            "2021-07-05",
            rules={MONTHLY: ""},
            also={"final": True},
        ),
    ),
)


def test_from_entry_to_exit(tmp_path: Path) -> None:
    walk(tmp_path, WALK)
