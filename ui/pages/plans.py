"""Planned patrols: what is open, what was done of it, and what came to nothing, with the reason."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit, QWidget

from ranger_app.domain.plans import NEEDS_REASON, PlanState
from ui import plan_acts, telling
from ui.desk import Desk
from ui.empty_place import EmptyPlace
from ui.forms.choices import FindBox
from ui.pages.list_page import ListPage
from ui.pages.plan_words import GROUP_WORDS, STATE_WORDS, plan_days
from ui.record_list import ListRow
from ui.sheet import Sheet
from ui.shell import Shell

if TYPE_CHECKING:
    from db.drafts import Draft
    from db.plans import PlanOutcome
    from ui.forms.writing import Writing
    from ui.pages.plan_details import PlanDetails

_ORDER = {PlanState.PLANNED: 0, PlanState.DONE: 1, PlanState.NOT_CARRIED_OUT: 2, PlanState.CANCELLED: 3}

NEEDS_PLAN = frozenset({"start_plan", "end_plan"})
"""Commands that act on the chosen plan."""


class PlansPage(ListPage):
    """The list of plans, open ones first, with the chosen one beside it."""

    name = "plans"
    record_kind = "plan"
    takes_many = False
    kinds = frozenset({"plan", "patrol", "track"})
    bar = ("new", "edit", "start_plan", "end_plan")

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell)
        self.acts = {
            "new": self.begin,
            "edit": self.run_edit,
            "start_plan": self.start,
            "end_plan": self.end,
            **self.record_acts("plan"),
        }
        self._shown: PlanDetails | None = None

    @property
    def title(self) -> str:
        return self.words.say("Planned patrols")

    @property
    def list_name(self) -> str:
        return self.words.say("Planned patrols")

    @property
    def hint(self) -> str:
        return self.words.say("Choose a plan to see its way, its people, and what became of it.")

    def make_empty(self) -> QWidget:
        told = self.words.say("Who shall walk where and when stands here, and what became of it.")
        return EmptyPlace(told, self.words.say("Plan a patrol"), lambda: self.shell.run("new"))

    def can(self, command: str) -> bool:
        if self.form is None and command in NEEDS_PLAN:
            return self.chosen is not None
        return super().can(command)

    def fetch(self, before: Any, limit: int) -> Sequence[ListRow]:
        from db.plans import outcome_of, plans

        first = 0 if before is None else before + 1
        found = sorted(plans(self.desk.reader), key=lambda one: _ORDER[one.state])
        shown = list(enumerate(found))[first : first + limit]
        return [self._row(outcome_of(self.desk.reader, plan), place) for place, plan in shown]

    def _row(self, found: PlanOutcome, place: int) -> ListRow:
        words, plan = self.words, found.plan
        told = [telling.length(words, found.planned_m) if found.planned_m else ""]
        if found.patrols:
            told.append(words.say("walked {length}", length=telling.length(words, found.distance_m)))
        told.append("; ".join(one.name for one in plan.members))
        return ListRow(
            id=plan.id,
            kind="plan",
            when=plan_days(words, plan),
            title=plan.name or plan.objective or plan.number,
            second=" · ".join(part for part in (words.say(STATE_WORDS[plan.state]), *told) if part),
            mark=words.say("nobody said what became of it") if plan.is_overdue(self._today()) else "",
            group=words.say(GROUP_WORDS[plan.state]),
            place=place,
        )

    def _today(self) -> dt.date:
        return dt.datetime.now(self.desk.zone).date()

    def show_details(self, row: ListRow) -> None:
        if self._shown is None:
            from ui.pages.plan_details import PlanDetails

            self._shown = PlanDetails(self.desk, self.shell)
            self.details.addWidget(self._shown)
        self._shown.show_plan(row.id)
        self.details.setCurrentWidget(self._shown)

    # Writing

    def writing_of(self, row: ListRow) -> Writing | None:
        from ui.forms.plan_writing import PlanWriting

        return PlanWriting(self.desk, row.id)

    def begin(self) -> None:
        """Open the form of a new plan."""
        from ui.forms.plan_writing import PlanWriting

        if self.form is None:
            self.open_form(PlanWriting(self.desk, secrets.token_hex(16), is_new=True))

    def resume(self, draft: Draft, *, is_new: bool) -> None:
        """Open the form of a plan as it was left."""
        from ui.forms.plan_writing import PlanWriting

        self.open_form(PlanWriting(self.desk, draft.record, is_new=is_new), draft)

    # What becomes of a plan

    def start(self) -> None:
        """Begin a patrol with what the chosen plan says, and show it."""
        row = self.chosen
        if row is not None:
            self.desk.do(
                plan_acts.start_planned(row.id, officer=self.desk.officer_id),
                on_done=lambda patrol: self.shell.open_record("patrol", patrol),
            )

    def end(self) -> None:
        """Ask what became of the chosen plan."""
        row = self.chosen
        if row is None:
            return
        words = self.words
        state, walked, why = FindBox(), FindBox(), QLineEdit()
        state.take_width()
        walked.take_width()
        state.offer([(str(one), words.say(label)) for one, label in STATE_WORDS.items()])
        walked.offer(self._patrols())

        def act() -> bool | None:
            for box in (state, walked):
                box.take_only_match()
            key, patrol = state.key(), walked.key()
            if not key or patrol is None or (PlanState(key) in NEEDS_REASON and not why.text().strip()):
                sheet.complain(words.say("Say what became of it; what came to nothing needs a reason."))
                return False
            patrols = [patrol] if patrol else []
            officer = self.desk.officer_id
            self.desk.do(plan_acts.end_plan(row.id, key, reason=why.text(), patrols=patrols, officer=officer))
            return None

        sheet = Sheet(words, words.say("What became of {record}", record=row.title), act=words.say("Say so"),
                      on_act=act)  # fmt: skip
        sheet.enter_walks = True
        sheet.add(words.say("It is"), state)
        sheet.add(words.say("Why, where nothing came of it"), why)
        sheet.add(words.say("The patrol that was made of it"), walked)
        self.shell.ask(sheet)

    def _patrols(self) -> list[tuple[str, str]]:
        from ui.forms.writing import patrol_pairs

        return patrol_pairs(self.desk)
