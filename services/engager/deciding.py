"""One decide from its parsed request to its answer: events durable, profiles read, decided, reserved, logged.

Never fails for a reason of the store's: without it the answer is empty, in bounded time.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import msgspec

from services.engager.decision.decide import (
    Decision,
    DecisionRequest,
    decide,
    decide_nothing,
    decide_preview,
    decide_refused,
)
from services.engager.decision.ledger import decode_ledger
from services.engager.decision.site import CompiledSite
from services.engager.decision_log import DecisionLog
from services.engager.metrics import EngagerMetrics
from services.engager.profiles.person import Proof, build_person, find_user, take_messages
from services.engager.profiles.profile import Profile, decode_profile
from services.engager.profiles.steps import ProfileKey, Unreadable, enrich_group, message_key
from services.engager.profiles.store import build_profile_key
from services.engager.reservations import reserve
from services.engager.round_trips import Reads, RoundTrips, StoreUnavailable
from shared import keys
from shared.admission.messages import admit_messages, build_group, read_events
from shared.clock import Clock, Millis
from shared.enrich import Enriched
from shared.ids import NewId
from shared.log.entry import LoggedDecision
from shared.log.messages import build_entries
from shared.log.partition import compute_partition
from shared.log.writer import LogUnavailable, LogWriter
from shared.wire.decide import DecideAnswer, EventError

MOST_ATTEMPTS = 3
MOST_MERGES = 3


@dataclass(frozen=True, slots=True)
class Question:
    """A request as the shell read it. `user_agent` and `flags` are what its events share."""

    site: CompiledSite
    request: DecisionRequest
    events: Sequence[msgspec.Raw] | None = None
    preview: str | None = None
    token_state: str | None = None
    user_agent: str | None = None
    flags: int = 0


@dataclass(slots=True)
class Admitted:
    """What became of a request's events; `messages` count in its decision."""

    accepted: int = 0
    errors: list[EventError] = field(default_factory=list)
    messages: list[Enriched] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Decider:
    """What deciding needs of the process."""

    reads: Reads
    writes: RoundTrips
    writer: LogWriter
    log: DecisionLog
    metrics: EngagerMetrics
    clock: Clock
    new_id: NewId
    events_timeout_s: float

    async def answer(self, question: Question) -> DecideAnswer:
        """Return the answer to `question`."""
        admitted = await self._admit(question) if question.events is not None else None
        decision_id = self.new_id()
        try:
            decision = await self._decide(question, admitted.messages if admitted else [], decision_id)
        except (StoreUnavailable, TimeoutError, msgspec.DecodeError, UnicodeDecodeError):
            self.metrics.count(self.metrics.outcomes, "unavailable")
            decision = decide_nothing(question.site, question.request, now=self.clock(), decision_id=decision_id)
        return DecideAnswer(
            decision_id=decision.decision_id,
            prompts=decision.prompts,
            holdouts=decision.holdouts,
            ttl=decision.ttl,
            triggers=decision.triggers,
            events_accepted=admitted.accepted if admitted else None,
            event_errors=admitted.errors if admitted else None,
        )

    async def _admit(self, question: Question) -> Admitted:
        """Make the request's events durable; what cannot be made so in time is not counted."""
        admitted = Admitted()
        events = question.events or []
        envelope = read_events(events)
        if isinstance(envelope, str):
            admitted.errors = [_refuse_event(index, envelope) for index in range(len(events))]
            return admitted
        now = self.clock()
        site = question.site.site
        admission = admit_messages(envelope, received_at=now, new_id=self.new_id)
        admitted.errors = [
            EventError(index=row.index, pointer=row.pointer, code=row.code, detail=row.detail)
            for row in admission.errors
        ]
        self.metrics.count(self.metrics.events, "refused", len(admission.errors))
        if not admission.messages:
            return admitted
        group = build_group(
            envelope,
            admission,
            site_id=site.id,
            received_at=now,
            user_agent=question.user_agent,
            flags=question.flags,
        )
        try:
            async with asyncio.timeout(self.events_timeout_s):
                await self.writer.append_all(build_entries(group, admission.visitors))
        except (LogUnavailable, TimeoutError):
            refused = {row.index for row in admission.errors}
            waiting = [index for index in range(len(events)) if index not in refused]
            admitted.errors.extend(_refuse_event(index, "store_unavailable") for index in waiting)
            self.metrics.count(self.metrics.events, "store_unavailable", len(waiting))
            return admitted
        admitted.accepted = len(admission.messages)
        self.metrics.count(self.metrics.events, "accepted", admitted.accepted)
        admitted.messages = [
            message
            for message in enrich_group(group, site.currency)
            if not isinstance(message, Unreadable) and not message.bot and not message.internal
        ]
        return admitted

    async def _decide(self, question: Question, messages: list[Enriched], decision_id: str) -> Decision:
        request, site = question.request, question.site
        if question.preview is not None:
            self.metrics.count(self.metrics.outcomes, "preview")
            return decide_preview(site, question.preview, request, decision_id=decision_id)
        partition = compute_partition(site.site.id, request.visitor_id, None)
        for _ in range(MOST_ATTEMPTS):
            visitor_raw, ledger_raw, user = await self._read(question, partition)
            now = self.clock()
            visitor = decode_profile(visitor_raw)
            key = ProfileKey(site.site.id, False, request.visitor_id)
            take_messages(visitor, [message for message in messages if message_key(message) == key])
            if visitor.consent is not None and not visitor.consent[1]:
                self.metrics.count(self.metrics.outcomes, "refused")
                return decide_refused(decision_id=decision_id)
            user_id = find_user(visitor, request.user_id, now)
            owners, user_profile = await self._load_user(site.site.id, user_id, user)
            if user_profile is not None:
                own = ProfileKey(site.site.id, True, owners[-1])
                take_messages(user_profile, [message for message in messages if message_key(message) == own])
            proof = _judge_proof(question, owners)
            person = build_person(request.visitor_id, visitor, owners, user_profile, proof)
            decision = decide(site, person, decode_ledger(ledger_raw), request, now=now, decision_id=decision_id)
            row = self._describe(question, decision, user_id, now)
            if decision.ledger is None:
                self.log.offer(partition, row)
                break
            if await reserve(
                self.writes,
                partition,
                site_id=site.site.id,
                visitor_id=request.visitor_id,
                expected=ledger_raw,
                ledger=decision.ledger,
                row=row,
            ):
                break
            self.metrics.conflicts.inc()
        else:
            raise StoreUnavailable("the ledger kept changing")
        self.metrics.count(
            self.metrics.outcomes, "served" if decision.prompts else "holdout" if decision.holdouts else "nothing"
        )
        return decision

    async def _read(self, question: Question, partition: int) -> tuple[bytes | None, bytes | None, bytes | None]:
        """Return visitor profile, ledger and, when the request names a user, that user's profile."""
        site_id, request = question.site.site.id, question.request
        names = [
            keys.visitor_profile(partition, site_id, request.visitor_id),
            keys.prompt_ledger(partition, site_id, request.visitor_id),
        ]
        if request.user_id is not None:
            user_partition = compute_partition(site_id, None, request.user_id)
            names.append(build_profile_key(user_partition, ProfileKey(site_id, True, request.user_id)))
        found = await self.reads.load(*names)
        return found[0], found[1], found[2] if len(found) > 2 else None

    async def _load_user(
        self, site_id: str, user_id: str | None, known: bytes | None
    ) -> tuple[list[str], Profile | None]:
        """Return the user and those it was merged into, and the profile of the last."""
        if user_id is None:
            return [], None
        owners = [user_id]
        load = partial(self._load_user_profile, site_id)
        profile = decode_profile(known) if known is not None else await load(user_id)
        while profile.merged_into is not None and len(owners) <= MOST_MERGES:
            merged = profile.merged_into[1]
            if merged in owners:
                break
            owners.append(merged)
            profile = await load(merged)
        return owners, profile

    async def _load_user_profile(self, site_id: str, user_id: str) -> Profile:
        partition = compute_partition(site_id, None, user_id)
        (raw,) = await self.reads.load(build_profile_key(partition, ProfileKey(site_id, True, user_id)))
        return decode_profile(raw)

    def _describe(self, question: Question, decision: Decision, user_id: str | None, now: Millis) -> LoggedDecision:
        request = question.request
        facts = decision.facts
        if question.token_state is not None:
            facts = {**facts, "user_token": question.token_state}
        return LoggedDecision(
            decision_id=decision.decision_id,
            site_id=question.site.site.id,
            anonymous_id=request.visitor_id,
            user_id=user_id,
            session_id=request.session_id or decision.session_key,
            at=now,
            trigger=request.trigger.type,
            page_path=request.page.path if request.page is not None else None,
            snapshot_version=question.site.version,
            candidates=decision.candidates,
            facts=facts,
        )


def _judge_proof(question: Question, owners: Sequence[str]) -> Proof:
    if question.token_state is None:
        return "unproven"
    return "proven" if question.request.verified_user in owners else "refuted"


def _refuse_event(index: int, code: str) -> EventError:
    words = {
        "store_unavailable": "The event could not be made durable in time: send it to the collector",
        "too_many_messages": "A decide carries at most 500 events",
    }
    return EventError(index=index, pointer=f"/events/{index}", code=code, detail=words.get(code, code))
