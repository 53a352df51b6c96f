"""What can go wrong between laptop and hub, as causes the app turns into words in the broker's language.

SyncError
├── NoNetwork        no connection, time-out, or an answer that is not the hub's (captive portal, proxy page)
├── HubTrouble       the hub answered, but cannot serve now (5xx, 429, 503)
├── HubRefused       the hub said no to the whole request (401, 403, 409, 422 ...)
├── BadAnswer        the hub's answer breaks the protocol; nothing of it was used
└── NotEnrolled      this laptop has no hub yet
"""

from enum import Enum

from sync.protocol import Problem


class Cause(Enum):
    """Why a sync could not go on; stable names for texts, tests and the JSON of the command line."""

    NO_CONNECTION = "no_connection"
    TIMED_OUT = "timed_out"
    NOT_THE_HUB = "not_the_hub"
    CUT_SHORT = "cut_short"
    TOO_LARGE = "too_large"
    TLS = "tls"
    BUSY = "busy"
    BROKEN = "broken"
    CODE_REFUSED = "code_refused"
    DEVICE_UNKNOWN = "device_unknown"
    DEVICE_REVOKED = "device_revoked"
    NOT_ALLOWED = "not_allowed"
    CLOCK = "clock"
    HISTORY_DIVERGED = "history_diverged"
    TOO_OLD = "too_old"
    PROTOCOL = "protocol"
    NOT_ENROLLED = "not_enrolled"
    INSECURE_URL = "insecure_url"
    WIPED = "wiped"
    """The municipality ordered this caseload to be deleted; what was not sent is sealed for it."""
    STOPPED = "stopped"
    """Somebody at the laptop asked for it; between two requests, so nothing is left half done."""


class SyncError(Exception):
    """A sync stopped. Nothing that was not named as acknowledged is counted as sent.

    Attributes:
        cause: stable reason.
        problem: the hub's own words, if it had any.
        retry_after: seconds the hub asked for.
    """

    exit_code = 5

    def __init__(self, cause: Cause, problem: Problem | None = None, retry_after: float | None = None) -> None:
        super().__init__(cause.value if problem is None else f"{cause.value}: {problem.code}")
        self.cause = cause
        self.problem = problem
        self.retry_after = retry_after


class NoNetwork(SyncError):
    """Nobody answered, or not the hub."""


class HubTrouble(SyncError):
    """The hub answered that it cannot serve now."""


class HubRefused(SyncError):
    """The hub refused the whole request."""

    exit_code = 6


class BadAnswer(SyncError):
    """The answer breaks the protocol."""


class NotEnrolled(SyncError):
    """This laptop does not know a hub yet."""
