"""Joining a hub: what is asked with the one-time code, and what of the answer is kept."""

import base64
from collections.abc import Callable
from dataclasses import dataclass

from broker_tui.domain.views import Me
from broker_tui.services.lease import ENROLMENT
from broker_tui.services.ports import Store
from sync.protocol import EnrolAnswer, EnrolRequest


@dataclass(frozen=True, slots=True)
class Machine:
    """What a hub is told of a laptop: the program's version, and whether its disk is encrypted (None: unknown)."""

    version: str = ""
    disk_encrypted: Callable[[], bool | None] = lambda: None


def address_of(url: str) -> str:
    """An address as people type it: without a scheme it means https."""
    text = url.strip().rstrip("/")
    return text if "://" in text else f"https://{text}"


def request(code: str, public_key: bytes, me: Me, machine: Machine) -> EnrolRequest:
    """The question with the one-time code, however it was typed."""
    return EnrolRequest(
        code="".join(code.split()).upper(),
        public_key=base64.b64encode(public_key).decode(),
        device_name=me.device_name,
        app_version=machine.version,
        disk_encrypted=machine.disk_encrypted(),
    )


def keep(store: Store, me: Me, answer: EnrolAnswer) -> None:
    """Take over the hub's identity for this broker, also in what was written before."""
    store.set_setting(
        ENROLMENT,
        {
            "tenant": answer.tenant,
            "epoch": answer.epoch,
            "org_hpke_key": answer.org_hpke_key,
            "org_sign_key": answer.org_sign_key,
            "policy": answer.policy,
        },
    )
    if answer.staff_id != me.staff_id:
        store.adopt_staff(me.staff_id, answer.staff_id)
    name = answer.staff_name or me.name
    store.set_me(Me(answer.staff_id, name, answer.device_id, me.device_name, enrolled=True))
