"""What customers say afterwards: answers to surveys, remarks in calls and chats, posts; in figures and in words."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

from metrics.demo import span, tables
from metrics.demo.draws import Bools, Floats, Ints, clock, pick
from metrics.demo.organisation import DEPARTMENTS
from metrics.demo.phrases import KINDS, PHRASES
from metrics.demo.tables import Table
from metrics.demo.touches import STAGES, Touches, sampled
from metrics.demo.world import World

CHANNELS = ("survey", "call", "chat", "social")
_SHARES = (0.86, 0.05, 0.05, 0.04)
COMMENTS = 0.38
RECOMMEND_SPREAD = 1.7
EFFORT_SPREAD = 1.2
NO_EFFORT_ANSWER = 0.04


@dataclass(frozen=True, slots=True)
class Voices:
    """Everything said, one entry each. `recommend` and `effort` are answers, -1 where not asked or not answered."""

    said: Ints
    worker: Ints
    team: Ints
    week: Ints
    order: Ints
    customer: Ints
    stage: Ints
    channel: Ints
    recommend: Ints
    effort: Ints
    phrase: Ints


def hear(world: World, touches: Sequence[Touches]) -> Voices:
    """Answers and remarks after a sample of all touches."""
    parts = [_heard(world, one) for one in touches]
    return Voices(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Voices)))


def _heard(world: World, touches: Touches) -> Voices:
    rng = world.stream(f"voices after {touches.subject}")
    one = sampled(rng, touches)
    size, when = len(one), touches.when[one]
    channel = pick(rng, _SHARES, size)
    survey = channel == 0
    later = when // span.DAY * span.DAY + touches.weeks_later * span.WEEK + clock(rng, size, 9, 21)
    soon = when + rng.integers(300, 5 * 3600, size)
    worker, week = touches.worker[one], span.week_of(when)
    team = world.organisation.team_at[worker, week] if touches.team is None else touches.team[one]
    answers = (
        _answer(touches.recommend[one] + RECOMMEND_SPREAD * rng.standard_normal(size), 0, 10),
        _answer(touches.effort[one] + EFFORT_SPREAD * rng.standard_normal(size), 1, 7),
    )
    unanswered = ~survey | (rng.random(size) < NO_EFFORT_ANSWER)
    return Voices(
        said=np.where(survey & (touches.weeks_later > 0), later, soon),
        worker=worker,
        team=team,
        week=week,
        order=touches.order[one],
        customer=touches.customer[one],
        stage=touches.stage[one],
        channel=channel,
        recommend=np.where(survey, answers[0], -1),
        effort=np.where(unanswered, -1, answers[1]),
        phrase=np.where(survey & (rng.random(size) >= COMMENTS), -1, _phrase(rng.random(size), touches.mood[one])),
    )


def _answer(felt: Floats, low: int, high: int) -> Ints:
    given: Ints = np.clip(np.rint(felt), low, high).astype(np.int64)
    return given


_FIRST_PHRASE = np.cumsum([0, *(len(PHRASES[kind]) for kind in KINDS)])
_ALL_PHRASES = tuple(text for kind in KINDS for text in PHRASES[kind])


def _phrase(chance: Floats, mood: Ints) -> Ints:
    """A phrase that fits the mood. Codes into all phrases."""
    start, stop = _FIRST_PHRASE[mood], _FIRST_PHRASE[mood + 1]
    chosen: Ints = (start + np.floor(chance * (stop - start))).astype(np.int64)
    return chosen


def table_of(world: World, voices: Voices) -> Table:
    """`feedback`."""
    size = len(voices.said)
    organisation = world.organisation
    belongs = {
        (team, week): DEPARTMENTS.index(organisation.department_of(organisation.teams[team], week))
        for team, week in set(zip(voices.team.tolist(), voices.week.tolist(), strict=True))
        if team >= 0
    }
    cells = zip(voices.team.tolist(), voices.week.tolist(), strict=True)
    department = np.array([belongs.get(cell, tables.NOBODY) for cell in cells])
    return tables.table(
        "feedback",
        {
            "feedback_id": tables.numbers(1 + np.arange(size)),
            "order_id": tables.orders(voices.order),
            "customer_id": tables.customers(voices.customer),
            "worker_id": tables.workers(world, voices.worker),
            "team": tables.words(voices.team, organisation.teams),
            "department": tables.words(department, DEPARTMENTS),
            "said_at": tables.moments(voices.said),
            "channel": tables.words(voices.channel, CHANNELS),
            "stage": tables.words(voices.stage, STAGES),
            "recommend": tables.numbers(voices.recommend, voices.recommend < 0),
            "effort": tables.numbers(voices.effort, voices.effort < 0),
            "comment": _comments(world, voices),
            "link": _links(voices.channel, voices.channel > 0),
        },
        voices.said,
    )


def _comments(world: World, voices: Voices) -> pa.Array:
    first = [name.split()[0] for name in world.organisation.names]
    said = zip(voices.phrase.tolist(), voices.worker.tolist(), strict=True)
    return pa.array(
        [None if phrase < 0 else _ALL_PHRASES[phrase].replace("{name}", first[worker]) for phrase, worker in said],
        pa.string(),
    )


def _links(channel: Ints, kept: Bools) -> pa.Array:
    """Where the call, chat or post is kept; surveys are kept nowhere else."""
    return pa.array(
        [
            f"https://voices.northlight.example/{CHANNELS[code]}/{number}" if linked else None
            for number, (code, linked) in enumerate(zip(channel.tolist(), kept.tolist(), strict=True), start=1)
        ],
        pa.string(),
    )
