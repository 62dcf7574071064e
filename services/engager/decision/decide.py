"""Decides: walks the campaigns that the trigger concerns, best first, and fills the places of one answer.

Pure. A held-out visitor still takes the place: nothing of lower priority steps in.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from services.engager.decision.allocation import Kept, assign_arm, draw_variant
from services.engager.decision.eligibility import check_caps, check_schedule, find_reservation, matches_trigger
from services.engager.decision.ledger import HOLDOUT, Ledger, Reservation, bound_assignments
from services.engager.decision.related import fill_video, find_related
from services.engager.decision.site import PAGE_VIEW, Candidate, CompiledSite
from services.engager.profiles.person import Person
from services.engager.profiles.profile import PREVIEW_PREFIX, Shown
from services.engager.profiles.view import LiveView, RequestTerms
from shared.allocation import context
from shared.allocation.draws import Shares
from shared.clock import Millis
from shared.snapshot.model import Campaign, ProductVideo, Variant
from shared.wire.decide import Holdout, Page, Prompt, Trigger, When

MODAL_KINDS = frozenset(("popup", "video", "survey"))
TTL_S = 1_800
"""How long an armed answer holds: as long as its reservations."""
EMPTY_TTL_S = 300


@dataclass(frozen=True, slots=True)
class DecisionRequest:
    """The question. `verified_user` is the user a valid token proves, None without one."""

    visitor_id: str
    user_id: str | None = None
    verified_user: str | None = None
    session_id: str | None = None
    page: Page | None = None
    trigger: Trigger = field(default_factory=Trigger)
    slots: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer and its account.

    `ledger` is the new ledger, None when it stays as it was. `candidates`: campaign, outcome, variant, propensity of
    every campaign whose trigger matched. `facts`: what the audiences read, the context that chose a variant, and the
    video that was chosen for what the visitor looked at.
    """

    decision_id: str
    prompts: list[Prompt]
    holdouts: list[Holdout]
    triggers: list[When]
    ttl: int
    ledger: Ledger | None
    candidates: list[Candidate]
    facts: dict[str, Any]
    session_key: str | None


def decide(
    site: CompiledSite, person: Person, ledger: Ledger, request: DecisionRequest, *, now: Millis, decision_id: str
) -> Decision:
    """Return what `request` gets."""
    return _Deciding(site, person, ledger, request, now, decision_id).run()


def decide_nothing(site: CompiledSite, request: DecisionRequest, *, now: Millis, decision_id: str) -> Decision:
    """Return the answer to a visitor whose profile cannot be read: nothing to show, but the moments to ask again at."""
    triggers = []
    if request.trigger.type == PAGE_VIEW and PAGE_VIEW in site.groups:
        running = site.groups[PAGE_VIEW].campaigns
        on = {campaign.id for campaign in running if check_schedule(campaign, site.terms, now) is None}
        triggers = site.list_triggers(set(), on)
    return Decision(decision_id, [], [], triggers, EMPTY_TTL_S, None, [], {}, None)


def decide_refused(*, decision_id: str) -> Decision:
    """Return the answer to a visitor who does not agree to personalisation: nothing now, nothing at any moment."""
    return Decision(decision_id, [], [], [], EMPTY_TTL_S, None, [], {}, None)


def decide_preview(site: CompiledSite, campaign_id: str, request: DecisionRequest, *, decision_id: str) -> Decision:
    """Return a campaign of any status as it would look; it counts nothing and reserves nothing."""
    campaign = site.by_id.get(campaign_id)
    prompts = []
    if campaign is not None:
        variant = draw_variant(site.site.id, campaign, request.visitor_id)
        # Nobody's interest is known here: any video stands for the one that would be found.
        video = next((videos[0] for videos in site.videos_of.values()), None)
        prompts.append(build_prompt(campaign, variant, f"{PREVIEW_PREFIX}{decision_id}", video))
    return Decision(f"{PREVIEW_PREFIX}{decision_id}", prompts, [], [], EMPTY_TTL_S, None, [], {}, None)


def build_prompt(campaign: Campaign, variant: Variant, decision_id: str, related: ProductVideo | None = None) -> Prompt:
    """Return what the page needs to show `variant`; `related` is the video of one that leaves it open."""
    return Prompt(
        campaign_id=campaign.id,
        variant_id=variant.id,
        decision_id=decision_id,
        kind=variant.kind,
        when=campaign.when,
        content=fill_video(variant.content, related) if variant.related_video else variant.content,
        slot=variant.slot,
        steps=variant.steps,
    )


class _Deciding:
    """One decision under way."""

    def __init__(
        self,
        site: CompiledSite,
        person: Person,
        ledger: Ledger,
        request: DecisionRequest,
        now: Millis,
        decision_id: str,
    ) -> None:
        self.site, self.ledger, self.request, self.now, self.decision_id = site, ledger, request, now, decision_id
        self.shown: list[Shown] = person.shown
        self.view = LiveView(person, site.terms, now, RequestTerms(request.session_id, request.page))
        self.prompts: list[Prompt] = []
        self.holdouts: list[Holdout] = []
        self.candidates: list[Candidate] = []
        self.scheduled: set[str] = set()
        self.modal_taken = False
        self.slots_taken: set[str] = set()
        self.assignments = dict(ledger.assignments)
        self.chances = dict(ledger.chances)
        self.context: dict[str, Any] = {}
        self.told: dict[str, Any] = {}
        self.cell = context.EVERYBODY
        self.reserved: list[Reservation] = []
        self.released: set[str] = set()

    def run(self) -> Decision:
        trigger = self.request.trigger
        facts: dict[str, Any] = {}
        group = self.site.groups.get(trigger.type)
        if group is not None:
            verdicts, values = group.audiences.evaluate(self.view)
            facts = group.audiences.name_facts(values)
            on_page, nothing_reserved = trigger.type == PAGE_VIEW, not self.ledger.reservations
            for campaign, refused, fits in zip(group.campaigns, group.refused, verdicts, strict=True):
                if on_page and not fits and nothing_reserved and campaign.schedule is None:
                    # By far the most usual, so it takes the short way: nothing to release, nothing to assign.
                    self.scheduled.add(campaign.id)
                    self.candidates.append(refused)
                elif on_page or matches_trigger(campaign.when, trigger):
                    self._consider(campaign, fits)
        taken = {prompt.campaign_id for prompt in self.prompts} | {held.campaign_id for held in self.holdouts}
        triggers = self.site.list_triggers(taken, self.scheduled) if trigger.type == PAGE_VIEW else []
        return Decision(
            decision_id=self.decision_id,
            prompts=self.prompts,
            holdouts=self.holdouts,
            triggers=triggers,
            ttl=self._compute_ttl(taken),
            ledger=self._settle_ledger(),
            candidates=self.candidates,
            facts={**facts, **self.context, **self.told} if self.context or self.told else facts,
            session_key=self.view.session_key,
        )

    def _consider(self, campaign: Campaign, fits: bool) -> None:
        reservation = find_reservation(campaign.id, self.ledger, self.shown, self.now)
        reason = check_schedule(campaign, self.site.terms, self.now)
        if reason is None:
            self.scheduled.add(campaign.id)
            if not fits:
                reason = "audience"
        if reason is None:
            reason = check_caps(campaign, self.shown, self.view.session_key, self.now)
        # Whatever the variant, and for those held out too: arms compare only among people of one kind.
        if reason is None and campaign.id in self.site.related and self._related is None:
            reason = "no_related_video"
        if reason is not None:
            self._refuse(campaign, reason, reservation)
            return
        shares = self._find_shares(campaign)
        kept = self._find_kept(campaign, reservation)
        arm, propensity = assign_arm(self.site.site.id, campaign, self.request.visitor_id, kept, shares)
        if reservation is not None and arm != reservation.arm:
            self.released.add(
                reservation.decision_id + campaign.id
            )  # its variant is gone: what was promised cannot be kept
            reservation = None
        variant = self._find_variant(campaign, arm, shares)
        reason = self._check_place(variant)
        if reason is not None:
            released = reservation if reason == "slot_absent" else None
            self._refuse(campaign, reason, released, arm or None, propensity)
            return
        self._take_place(variant)
        self._serve(campaign, variant, arm, propensity, reservation)

    @cached_property
    def _related(self) -> ProductVideo | None:
        found = find_related(self.view, self.site.videos_of)
        self.told = {"related_video": found.id if found is not None else None}
        return found

    def _find_kept(self, campaign: Campaign, reservation: Reservation | None) -> Kept | None:
        arm = reservation.arm if reservation is not None else self.ledger.assignments.get(campaign.id)
        return None if arm is None else Kept(arm, self.ledger.chances.get(campaign.id))

    def _find_shares(self, campaign: Campaign) -> Shares | None:
        if campaign.allocation == "even":
            return None
        if campaign.allocation == "contextual" and not self.context:
            # Logged while there are no draws too, for the first draws are learnt from it.
            view = self.view
            values = (view.device_type, view.session_is_first, view.channel, view.time_hour)
            self.context = dict(zip(context.FACTS, values, strict=True))
            self.cell = context.find_cell(self.context)
        allocator = self.site.allocators.get(campaign.id)
        return allocator.compute_shares(self.cell) if allocator is not None else None

    def _find_variant(self, campaign: Campaign, arm: str, shares: Shares | None) -> Variant:
        if arm == HOLDOUT:
            return draw_variant(self.site.site.id, campaign, self.request.visitor_id, shares)
        return next(variant for variant in campaign.variants if variant.id == arm)

    def _check_place(self, variant: Variant) -> str | None:
        slots = self.request.slots
        if variant.slot is not None and slots is not None and variant.slot not in slots:
            return "slot_absent"
        if variant.kind in MODAL_KINDS and self.modal_taken:
            return "modal_taken"
        return "slot_taken" if variant.slot is not None and variant.slot in self.slots_taken else None

    def _take_place(self, variant: Variant) -> None:
        self.modal_taken = self.modal_taken or variant.kind in MODAL_KINDS
        if variant.slot is not None:
            self.slots_taken.add(variant.slot)

    def _refuse(
        self,
        campaign: Campaign,
        reason: str,
        reservation: Reservation | None,
        arm: str | None = None,
        propensity: float | None = None,
    ) -> None:
        if reservation is not None:
            self.released.add(reservation.decision_id + campaign.id)
        self.candidates.append((campaign.id, reason, arm, propensity))

    def _serve(
        self, campaign: Campaign, variant: Variant, arm: str, propensity: float, reservation: Reservation | None
    ) -> None:
        decision_id = reservation.decision_id if reservation is not None else self.decision_id
        if arm == HOLDOUT:
            self.holdouts.append(Holdout(campaign_id=campaign.id, decision_id=decision_id, when=campaign.when))
        else:
            related = self._related if variant.related_video else None
            self.prompts.append(build_prompt(campaign, variant, decision_id, related))
        if reservation is not None:
            self.candidates.append((campaign.id, "repeated", arm or None, propensity))
            return
        self.assignments.pop(campaign.id, None)
        self.assignments[campaign.id] = arm
        if campaign.allocation != "even" or campaign.id in self.chances:
            self.chances[campaign.id] = propensity
        self.reserved.append(Reservation(campaign.id, decision_id, arm, self.now, self.view.session_key))
        self.candidates.append((campaign.id, "holdout" if arm == HOLDOUT else "served", arm or None, propensity))

    def _settle_ledger(self) -> Ledger | None:
        """Return the ledger to keep, None when nothing was promised or released."""
        if not self.reserved and not self.released:
            return None
        standing = tuple(
            reservation
            for reservation in self.ledger.reservations
            if reservation.is_open(self.now)
            and reservation.decision_id + reservation.campaign_id not in self.released
            and reservation.campaign_id not in {new.campaign_id for new in self.reserved}
        )
        assignments = bound_assignments(self.assignments)
        chances = {campaign_id: chance for campaign_id, chance in self.chances.items() if campaign_id in assignments}
        return Ledger(assignments, (*standing, *self.reserved), chances)

    def _compute_ttl(self, taken: set[str]) -> int:
        if not taken:
            return EMPTY_TTL_S
        ends = [
            campaign.schedule.to
            for campaign_id in taken
            if (campaign := self.site.by_id[campaign_id]).schedule is not None and campaign.schedule.to is not None
        ]
        left_s = min((end - self.now) // 1000 for end in ends) if ends else TTL_S
        return max(1, min(TTL_S, left_s))
