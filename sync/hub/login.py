"""The port for login through a municipality's identity provider. None is built in: who runs a hub brings its own.

A login stands in for the administrator who hands out a code: somebody who proved to the municipality who they are gets
a one-time code for a new laptop. From there on everything is as ever: the laptop makes its key, and signs with it. So a
provider that is down stops nobody's work, and one that errs lets a laptop in that can be seen and revoked.

What a provider is (SAML or OpenID Connect, the municipality's own or a national one), how it is reached and how a user
there becomes a `staff_id` here is behind `IdentityProvider`; what the hub demands of any is in `code_after_login`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from sync.hub.admin import AdminError, Administration

Assurance = Literal["low", "substantial", "high"]
"""How sure the provider is, as eIDAS and the Danish NSIS name it."""
ENOUGH: frozenset[Assurance] = frozenset({"substantial", "high"})
FRESH = timedelta(minutes=5)
"""How old a login may be: somebody sits there now, and not since this morning."""
AHEAD = timedelta(minutes=1)
"""How far the provider's clock may be ahead."""


class LoginRefused(Exception):
    """Somebody is not let in; the message is for the log of whoever runs the hub, and names nobody."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is, as the provider proved it.

    Attributes:
        staff_id: the member of this hub; the provider knows whose user is which.
        assurance: of this login, not of the account.
        proven_at: when the person proved it, with offset.
    """

    staff_id: str
    assurance: Assurance
    proven_at: datetime


class IdentityProvider(Protocol):
    """A municipality's login."""

    def way_in(self, ticket: str) -> str:
        """The https address a browser is sent to.

        Args:
            ticket: random, used once, bound to the browser that asks; it must come back untouched.
        """

    def proven(self, ticket: str, answer: Mapping[str, str]) -> Identity:
        """What came back to the hub's own address, checked: signature, issuer, audience, time, and the ticket.

        Raises:
            LoginRefused: anything is not as it should be; nothing of the answer may be believed then.
        """


def code_after_login(administration: Administration, identity: Identity) -> str:
    """A one-time code for a new laptop of somebody who logged in.

    Raises:
        LoginRefused: the login is not sure or not fresh enough, or the person has no place in this hub. It stands in
            the watch book (`jobcenter-hub events`) as `login`.
    """
    service = administration.service
    age = service.clock() - identity.proven_at
    try:
        if identity.assurance not in ENOUGH:
            raise LoginRefused("the login is not sure enough")
        if not -AHEAD <= age <= FRESH:
            raise LoginRefused("the login is not of now")
        if identity.staff_id not in {member.staff_id for member in administration.members()}:
            raise LoginRefused("nobody of this hub logged in")
        return administration.code(identity.staff_id)
    except (LoginRefused, AdminError) as refused:
        service.note("login", identity.staff_id[:36])
        raise LoginRefused(str(refused)) from None
