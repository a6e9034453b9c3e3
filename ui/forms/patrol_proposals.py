"""What is proposed for a patrol: what an import assumed, as it was last time, and the plan that it is likely to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ui.forms.writing import Flat
from ui.pages.texts import list_label

if TYPE_CHECKING:
    from db.reader import Reader
    from ranger_app.domain.records import Leg, Patrol
    from ui.desk import Desk


@dataclass(frozen=True, slots=True)
class Proposals:
    """Values by the keys of the form, and what they are called."""

    values: Flat = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.values)

    def add(self, key: str, value: object, told: str) -> None:
        """Propose *value*; what is called the same is told once."""
        if value in (None, "", []):
            return
        self.values[key] = value
        if told and told not in self.told:
            self.told.append(told)


def proposals_of(desk: Desk, found: Patrol, reader: Reader) -> Proposals:
    """What nobody has said of *found*, and could be said at once."""
    words, office, proposed = desk.words, desk.office, Proposals()
    for place, leg in enumerate(found.legs):
        _propose_leg(desk, proposed, place, leg)
    for name in ("mandate", "team", "station"):
        if name in found.assumed:
            value = getattr(found, name)
            proposed.add(name, value, list_label(words, office, name, value))
    if "objective" in found.assumed:
        proposed.add("objective", found.objective, found.objective)
    if "armed" in found.assumed and "armed" in reader.entry(found.id, "patrol").values:
        proposed.add("armed", found.is_armed, words.say("armed") if found.is_armed else words.say("not armed"))
    if reader.count("plan"):
        from ranger_app.services.plan_proposals import proposed_plan
        from ui.pages.plan_words import plan_label

        plan = proposed_plan(reader, found)
        if plan is not None:
            proposed.add("plan", plan.id, words.say("the plan {plan}", plan=plan_label(words, plan)))
    return proposed


def _propose_leg(desk: Desk, proposed: Proposals, place: int, leg: Leg) -> None:
    words, office = desk.words, desk.office
    names = {one.id: one.name for one in leg.members}
    for name in ("transport", "mandate"):
        if name in leg.assumed:
            value = getattr(leg, name)
            proposed.add(f"legs/{place}/{name}", value, list_label(words, office, name, value))
    if "leader" in leg.assumed and leg.leader in names:
        told = words.say("{person} (leader)", person=names[leg.leader])
        proposed.add(f"legs/{place}/leader", names[leg.leader], told)
    if "members" in leg.assumed:
        others = "; ".join(name for one, name in sorted(names.items()) if one != leg.leader)
        proposed.add(f"legs/{place}/members", sorted(names.values()), others)
