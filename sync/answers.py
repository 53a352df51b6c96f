"""What of a hub's answer may be believed: words on what was asked, pages that are whole, cursors that go forward."""

import msgspec

from sync.errors import BadAnswer, Cause
from sync.protocol import MAX_ITEMS, Change, Cursor, OpAnswer, PullAnswer, PullRequest, PushAnswer, PushRequest

_answer_decoder = msgspec.json.Decoder(OpAnswer)
_change_decoder = msgspec.json.Decoder(Change)


def words_on(answer: PushAnswer, asked: set[str]) -> dict[str, OpAnswer]:
    """The hub's words on operations it was asked about, the first one for each; anything unreadable says nothing."""
    named: dict[str, OpAnswer] = {}
    for raw in answer.items:
        try:
            word = _answer_decoder.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue
        if word.op in asked:
            named.setdefault(word.op, _patient(word))
    return named


def answer_to_push(request: PushRequest, answer: PushAnswer) -> PushAnswer:
    """The answer, if it is one to this very request.

    Raises:
        BadAnswer: something on the way gave an older answer again.
    """
    if answer.batch != request.batch:
        raise BadAnswer(Cause.PROTOCOL)
    return answer


def _patient(word: OpAnswer) -> OpAnswer:
    """An older hub refuses what a newer one will take; nobody here could mend that, so it waits as with a newer one."""
    waits = word.status == "rejected" and word.problem is not None and word.problem.retry == "wait"
    return msgspec.structs.replace(word, status="waiting") if waits else word


def changes_of(page: PullAnswer) -> list[Change]:
    """The changes of a page that is whole.

    One change that cannot be read makes the page worthless: a cursor exists only for its end, and skipping would
    lose the change for ever.

    Raises:
        BadAnswer: cut short, or not readable; nothing of it may be used.
    """
    if not page.end or page.count != len(page.items):
        raise BadAnswer(Cause.CUT_SHORT)
    if len(page.items) > MAX_ITEMS:
        raise BadAnswer(Cause.TOO_LARGE)
    try:
        return [_change_decoder.decode(raw) for raw in page.items]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise BadAnswer(Cause.PROTOCOL) from None


def answer_to(request: PullRequest, page: PullAnswer) -> PullAnswer:
    """The page, if it answers this very request and not one that was sent long ago.

    Raises:
        BadAnswer: something on the way gave an older answer again.
    """
    if page.page != request.page:
        raise BadAnswer(Cause.PROTOCOL)
    return page


def moved_on(cursors: dict[str, Cursor], following: dict[str, Cursor]) -> dict[str, Cursor]:
    """The cursors after a page; none may go back or into another epoch (invariant I6).

    Raises:
        BadAnswer: one does.
    """
    for feed, cursor in following.items():
        known = cursors.get(feed)
        if known and known.epoch and (cursor.epoch != known.epoch or cursor.seq < known.seq):
            raise BadAnswer(Cause.PROTOCOL)
    return {**cursors, **following}
