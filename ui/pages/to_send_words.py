"""What the page "To send" says of each item and of all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ranger_app.domain.outbox import State
from ranger_app.i18n import marked
from ranger_app.messages.answers import say_answer
from ui import telling
from ui.desk import Desk
from ui.sending import BY_HAND, BY_ITSELF, CAREFUL

if TYPE_CHECKING:
    from ranger_app.domain.outbox import Attempts, Item
    from ranger_app.services.outbox import Shown

STATE_WORDS = {
    State.WAITING: marked("waits"),
    State.SENDING: marked("begun"),
    State.SENT: marked("sent"),
    State.ACCEPTED: marked("accepted"),
    State.REFUSED: marked("refused"),
    State.FAILED: marked("failed"),
}

KIND_WORDS = {
    "patrol": marked("Patrol {number}"),
    "incident": marked("Incident {number}"),
    "conflict": marked("Conflict {number}"),
}

HOW_SENTENCES = {
    CAREFUL: marked("Goes by itself; where bytes cost money, only what is small."),
    BY_ITSELF: marked("Goes by itself, whatever the network costs."),
    BY_HAND: marked("Goes when you say so."),
}

HOW_WORDS = {
    CAREFUL: marked("By itself; where bytes cost money only what is small"),
    BY_ITSELF: marked("By itself, whatever the network costs"),
    BY_HAND: marked("By hand"),
}


class ItemWords:
    """Says in the reader's language where an item is and what can be done."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._words = desk.words

    # What may be done

    @staticmethod
    def may_retry(shown: Shown) -> bool:
        """Whether a person can have it tried again."""
        if shown.state is State.REFUSED and shown.is_followed:  # the newer one is the one to try
            return False
        return shown.is_ours and shown.state in (State.FAILED, State.REFUSED, State.WAITING, State.SENDING)

    @staticmethod
    def may_withdraw(shown: Shown) -> bool:
        """Whether it can leave the outbox: no byte of it is on its way, or it got stuck."""
        item = shown.item
        is_begun = bool(item.work_item or item.steps) and not shown.attempts.needs_person
        return shown.is_ours and not item.outcome and not is_begun

    # One item

    def row(self, shown: Shown) -> tuple[str, ...]:
        """Record, state, what is known, when, place."""
        item = shown.item
        state = self._words.say(STATE_WORDS[shown.state])
        if not shown.is_ours:
            state = self._words.say("{state}, another laptop's", state=state)
        known = self._known(shown) if shown.is_ours else ""
        told = " ".join(part for part in (known, self._change_mark(shown)) if part)
        return (self.record(item), state, told, self._short_time(item.answered_at or item.queued_at), item.place)

    def record(self, item: Item) -> str:
        """Kind and number."""
        return self._words.say(KIND_WORDS.get(item.record_kind, KIND_WORDS["incident"]), number=item.number)

    def full(self, shown: Shown) -> list[str]:
        """Everything that is known of an item, and what it means, a sentence each."""
        words, item = self._words, shown.item
        told = [self._meaning(shown)]
        if item.answer:
            told.append(words.say("The office says: {answer}", answer=say_answer(words, item.answer)))
        if shown.attempts.code and not item.outcome:
            told.append(self._error(shown))
        if shown.attempts.count and not item.outcome:
            told.append(self._attempts(shown.attempts))
        if self._waits_for_place(shown):
            told.append(self._place_error(shown))
            told.append(self._attempts(shown.at_place))
        if shown.is_changed:
            told.append(self._change(shown))
        if shown.is_sealed:
            told.append(
                words.say("The record stands in a sealed dossier: the court reads what was sealed, not what SMART has.")
            )
        told.append(words.say(
            "File {name}, {size}, for SMART {version}, queued {moment}.",
            name=item.name, size=telling.size(words, item.size), version=item.version, moment=self._at(item.queued_at),
        ))  # fmt: skip
        return told

    def _known(self, shown: Shown) -> str:
        if shown.item.answer:
            return say_answer(self._words, shown.item.answer)
        if shown.attempts.code and not shown.item.outcome:
            return _first_sentence(self._error(shown))
        if self._waits_for_place(shown):
            return _first_sentence(self._place_error(shown))
        if shown.state is State.SENT:
            return self._words.say("Somebody at the office has to load it.")
        return ""

    def _meaning(self, shown: Shown) -> str:
        words, state = self._words, shown.state
        if not shown.is_ours and not shown.item.outcome:
            return words.say("Another laptop queued it, and that one sends it; this one only shows it.")
        if state is State.SENT:
            return words.say(
                "The office has the file. It is in SMART when somebody there has loaded it from the data queue."
            )
        if state is State.ACCEPTED:
            return words.say("The office has loaded it: it is in SMART.")
        if state is State.REFUSED:
            if shown.is_followed:
                return words.say("The office refused it. The same record was put into the outbox again since.")
            return words.say("The office refused it: it is not in SMART. Put it right and try again.")
        if state is State.FAILED:
            return words.say("It was not sent, and nothing is tried before you say so.")
        if state is State.SENDING:
            return words.say("Sending has begun; it goes on where it stopped.")
        return words.say("It waits in this laptop.")

    def _error(self, shown: Shown) -> str:
        return self._say(shown.attempts, {"number": shown.item.number})

    @staticmethod
    def _waits_for_place(shown: Shown) -> bool:
        is_open = shown.is_ours and not shown.item.outcome and not shown.attempts.code
        return is_open and bool(shown.at_place.code)

    def _place_error(self, shown: Shown) -> str:
        return self._say(shown.at_place, {"name": shown.item.place})

    def _say(self, tried: Attempts, facts: dict[str, object]) -> str:
        from ranger_app.messages import say_code
        from ranger_app.messages.hints import WINDOW, with_hint

        return with_hint(self._words, WINDOW, tried.code, say_code(self._words, tried.code, {**facts, **tried.facts}))

    def _attempts(self, tried: Attempts) -> str:
        words = self._words
        if tried.needs_person or not tried.next_at:
            return words.say_count("Tried {count} time.", "Tried {count} times.", tried.count)
        return words.say_count(
            "Tried {count} time; next by itself after {moment}.", "Tried {count} times; next by itself after {moment}.",
            tried.count, moment=self._at(round(tried.next_at * 1000)),
        )  # fmt: skip

    def _change_mark(self, shown: Shown) -> str:
        if not shown.is_changed:
            return ""
        if shown.item.outcome:
            return self._words.say("Changed here since it was sent.")
        return self._words.say("Changed here since it was queued.")

    def _change(self, shown: Shown) -> str:
        words = self._words
        if shown.item.outcome == State.REFUSED:
            return words.say("The record was changed since. Trying again sends it as it is now.")
        if shown.item.outcome:
            return words.say(
                "The record was changed since, and SMART cannot take a change: a second file makes a second patrol or"
                " incident there. Tell the office what changed; or let them delete theirs, and send it again."
            )
        return words.say("The record was changed since; what waits says what it said then. It can be queued anew.")

    def _short_time(self, ms: int) -> str:
        """Day and time in a narrow column; the year stands in the sentence below."""
        from ranger_app.domain.clock import moment_at

        moment = moment_at(ms, self._desk.zone)
        return f"{telling.day_of_month(self._words, moment)} {moment:%H:%M}" if ms else ""

    def _at(self, ms: int) -> str:
        from ranger_app.domain.clock import moment_at

        return telling.moment(self._words, moment_at(ms, self._desk.zone).replace(second=0)) if ms else ""

    # All of it

    def travelling(self, done: int, total: int) -> str:
        """How far a pass is."""
        if not total:
            return self._words.say("Asking the office…")
        return self._words.say(
            "Sending: {done} of {total}", done=telling.size(self._words, done), total=telling.size(self._words, total)
        )

    def summary(self, items: Iterable[Shown], how: str, *, has_places: bool) -> str:
        """How many are where, and when they go."""
        words = self._words
        counts = Counter(one.state for one in items)
        told = [
            words.say(
                "{state}: {count}", state=words.say(STATE_WORDS[state]), count=telling.number(words, counts[state])
            )
            for state in State
            if counts[state]
        ]
        if not has_places:
            sends = words.say("No office is known yet to which something could be sent.")
        else:
            sends = words.say(HOW_SENTENCES[how])
        return " · ".join([*told, sends])


def _first_sentence(text: str) -> str:
    first, dot, _ = text.partition(". ")
    return first + dot.strip()
