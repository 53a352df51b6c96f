"""Whatever provider is behind the port: who is let in gets a code that works, everybody else is in the watch book."""

import base64
from collections.abc import Mapping
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.hub.login import Assurance, Identity, IdentityProvider, LoginRefused, code_after_login
from sync.protocol import EnrolRequest
from sync.records import new_id
from tests.hub_lab import Lab


class Municipality:
    """A provider that signs what it says, as every real one does in its own way."""

    def __init__(self, lab: Lab, users: Mapping[str, str]) -> None:
        self._lab, self._users = lab, users
        self._key = Ed25519PrivateKey.generate()

    def way_in(self, ticket: str) -> str:
        return f"https://login.invalid/?ticket={ticket}"

    def logged_in(self, user: str, ticket: str) -> dict[str, str]:
        """What the browser brings back."""
        return {"user": user, "seal": self._key.sign(f"{user} {ticket}".encode()).hex()}

    def proven(self, ticket: str, answer: Mapping[str, str]) -> Identity:
        if self._key.sign(f"{answer['user']} {ticket}".encode()).hex() != answer["seal"]:
            raise LoginRefused("the answer is not for this ticket")
        return Identity(self._users.get(answer["user"], ""), "substantial", self._lab.now)


def enrolled(lab: Lab, code: str) -> str:
    """Whose laptop a code makes."""
    key = base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    return lab.service.enrol(EnrolRequest(code=code, public_key=key)).staff_id


def test_who_logged_in_gets_a_code_for_a_laptop(lab: Lab) -> None:
    ida = lab.admin.add_member("Ida")
    municipality = Municipality(lab, {"az1234": ida.staff_id})
    provider: IdentityProvider = municipality
    ticket = new_id()
    assert provider.way_in(ticket).startswith("https://")
    identity = provider.proven(ticket, municipality.logged_in("az1234", ticket))
    assert enrolled(lab, code_after_login(lab.admin, identity)) == ida.staff_id
    with pytest.raises(LoginRefused):
        provider.proven(new_id(), municipality.logged_in("az1234", ticket))


@pytest.mark.parametrize(("assurance", "age"), [("low", 0), ("high", 301), ("substantial", -61), ("high", 86_400)])
def test_a_login_that_is_not_sure_or_not_of_now_is_refused(lab: Lab, assurance: Assurance, age: int) -> None:
    ida = lab.admin.add_member("Ida")
    identity = Identity(ida.staff_id, assurance, lab.now - timedelta(seconds=age))
    with pytest.raises(LoginRefused):
        code_after_login(lab.admin, identity)
    (event,) = [event for event in lab.admin.events() if event.kind == "login"]
    assert (event.subject, event.n) == (ida.staff_id, 1)


@pytest.mark.parametrize("who", ["", "Ida", "01a21c7d-a1e2-721c-8a21-fe1106dcee5f"])
def test_nobody_comes_in_by_a_name_or_as_somebody_unknown(lab: Lab, who: str) -> None:
    lab.admin.add_member("Ida")
    with pytest.raises(LoginRefused, match="nobody of this hub"):
        code_after_login(lab.admin, Identity(who, "high", lab.now))
