"""fsm2 from the first talk to follow-up after the exit, through an exemption and an interrupted internship."""

from pathlib import Path

import pytest

from tests.e2e.walks.hands import again, card_form, contact, decide, form, new_person, pick, row
from tests.e2e.walks.walk import Day, Then, walk

pytestmark = [pytest.mark.e2e, pytest.mark.long]
WEEKLY, MONTHLY, SEARCH = "fsm2.step2.weekly-contact", "fsm2.step2.monthly-contact", "fsm2.step2.max-13-weeks"
STEP2 = ("fsm2.step2.exit-agreement", "fsm2.step2.exit-follow-up", "fsm2.step2.exit-company-contact")
EXIT = ("fsm2.step3.exit-self-support",)

WALK = (
    Day(
        "2021-02-01",  # the first talk; one month at the most (spec 2.9 step1_max_due)
        [
            new_person("FSM2", "200179-0000"),
            form(
                "Startafklaring",
                {
                    "Første samtale": "1/2",
                    "Visitation": pick("Aktivitetsparat"),
                    "Fødselsdato": "20/1/1979",
                    "Gruppe": pick("Gruppe 1"),
                    "Besluttet den": "1/2",
                    "Begrundelse": "Vil i arbejde",
                },
            ),
        ],
        Then(
            "step1",
            "2021-02-01",
            missing=("fsm2.step1.exit-cv-started", "fsm2.step1.exit-goal-started"),
            rules={"fsm2.step1.max-1-month": ("open", "2021-03-01"), "fsm2.target.group1-default": "closed"},
        ),
    ),
    Day(
        "2021-02-08",  # broker, CV and goal: step 2; a week to the first contact, 13 weeks to the match
        [
            form(
                "CV og jobmål",
                {
                    "Ressourcer": "Laver mad",
                    "CV påbegyndt på Jobnet": "8/2",
                    "CV-samtaler": row({"Dato": "8/2", "Sammen med jobformidleren": pick("ja")}),
                    "Jobmål påbegyndt": "8/2",
                },
                begun=True,
            ),
            form(
                "Tildeling af jobformidler",
                {"Primær kontakt og tovholder": pick("ja"), "Indskrevet i Min Plan": "8/2"},
            ),
        ],
        Then(
            "step2",
            "2021-02-08",
            missing=STEP2,
            rules={WEEKLY: ("open", "2021-02-15"), SEARCH: ("open", "2021-05-10")},
            also={"debt": []},
        ),
    ),
    Day(
        "2021-03-01",  # an exemption pauses the contacts and the 13 weeks; the step stays
        [decide("Fritagelse", {"Fritaget fra": "1/3", "Besluttet af": "Karen Myndighed"})],
        Then(
            "step2",
            "2021-02-08",
            missing=STEP2,
            rules={WEEKLY: "paused", SEARCH: "paused"},
            signals={"exempt": "2021-03-01"},
        ),
    ),
    Day(
        "2021-03-22",  # lifted: a full week from the first day, and 21 days more to find the match (0.4 extend)
        [
            again(
                "Fritagelse",
                {"Til og med": "21/3", "Markeringen fjernet": "22/3", "Jobformidleren har fået besked": pick("ja")},
            )
        ],
        Then(
            "step2",
            "2021-02-08",
            missing=STEP2,
            rules={WEEKLY: ("open", "2021-03-29"), SEARCH: ("open", "2021-05-31")},
            signals={"exempt": None},
        ),
    ),
    Day(
        "2021-04-20",  # agreement, plan and contact person: step 3; the weekly contact goes on until the real start
        [
            contact({"Hvordan": pick("Møde"), "Notat": "Vi skrev under"}),
            card_form(
                "A",
                "Samlet aftale",
                {
                    "eller en ny": "Kantinen",
                    "Fra": "3/5",
                    "Timer om ugen": "10",
                    "Opgaver": "Opvask",
                    "Hensyn": "Ingen",
                    "Delmål": "Kassen",
                    "Hvorfor ikke løn": "Skal lære det først",
                    "Løn senere her": pick("ja"),
                    "Navn": "Mette Lund",
                    "Telefon": "20 00 00 09",
                },
            ),
        ],
        Then(
            "step3",
            "2021-04-20",
            missing=EXIT,
            rules={WEEKLY: ("open", "2021-04-27"), SEARCH: ("closed", "2021-05-31"), MONTHLY: ""},
        ),
    ),
    Day(
        "2021-06-21",  # a call on 18 June, the last day: step 2 from the day after with a new clock (spec F-EX11)
        [
            contact({"Hvordan": pick("Telefon"), "Hvornår": "18/6 kl. 10", "Notat": "Kommer ikke mere"}),
            decide(
                "Afbrydelse",
                {"Sidste dag": "18/6", "Afbrudt af": pick("Borgeren"), "Næste skridt mod ny match": "22/6"},
            ),
        ],
        Then(
            "step2",
            "2021-06-19",
            missing=STEP2,
            rules={WEEKLY: ("open", "2021-06-26"), SEARCH: ("open", "2021-09-18"), MONTHLY: ""},
        ),
    ),
    Day(
        "2021-09-01",  # self-supporting; with consent monthly follow-up begins
        [
            decide(
                "Selvforsørgelse og samtykke",
                {
                    "Selvforsørget fra": "1/9",
                    "Ved": pick("Job"),
                    "Bekræftet af myndighed": "Karen Myndighed",
                    "Samtykke": pick("Givet"),
                    "Svarets dato": "1/9",
                    "Form": pick("Skriftligt"),
                },
            )
        ],
        Then(
            "exited_self_support",
            "2021-09-01",
            rules={"fsm2.post.monthly": ("open", "2021-10-01"), WEEKLY: ""},
            gates={"post_follow_up": True},
        ),
    ),
    Day(
        "2021-10-01",
        [contact({"Hvordan": pick("Telefon"), "Notat": "Trives i jobbet"})],
        Then("exited_self_support", "2021-09-01", rules={"fsm2.post.monthly": ("open", "2021-11-01")}),
    ),
)


def test_from_entry_to_exit(tmp_path: Path) -> None:
    walk(tmp_path, WALK)
