"""The moments after which customers are asked what they think, and how each of them felt about what had happened."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from metrics.demo import truth
from metrics.demo.billing import Bills
from metrics.demo.contacts import Contacts
from metrics.demo.digital import Sessions
from metrics.demo.draws import Bools, Floats, Ints, Rng
from metrics.demo.habits import effect
from metrics.demo.network import NetworkJobs
from metrics.demo.orders import Orders
from metrics.demo.phrases import KINDS
from metrics.demo.renewals import Renewals
from metrics.demo.visits import Jobs, Visits

STAGES = ("choose", "order", "get_connected", "use", "get_help", "pay", "stay")
USUAL_RECOMMEND = 8.55
USUAL_EFFORT = 2.9
LONG_HOURS = 6.0


@dataclass(frozen=True, slots=True)
class Touches:
    """Moments of one kind. `recommend` and `effort` are the answers to expect; `mood` is a code into the phrases."""

    subject: str
    weeks_later: int
    rate: float
    when: Ints
    worker: Ints
    order: Ints
    customer: Ints
    stage: Ints
    recommend: Floats
    effort: Floats
    mood: Ints
    team: Ints | None = None
    """Where the work is a team's and nobody's in particular."""


def mood(*choices: tuple[Bools, str], otherwise: str) -> Ints:
    """The first mood whose condition holds."""
    codes = np.select(
        [condition for condition, _ in choices], [KINDS.index(kind) for _, kind in choices], KINDS.index(otherwise)
    )
    return codes.astype(np.int64)


_recommend = partial(effect, on="nps")
_effort = partial(effect, on="customer_effort")


def after_visits(todo: Jobs, visits: Visits) -> Touches:
    """After each job's first visit, once the fortnight is over in which a second would come."""
    first = np.flatnonzero(visits.number == 1)
    fixed, on_time, right = visits.fixed[first], visits.on_time[first], visits.right_part[first]
    job = visits.job[first]
    install = todo.kind[job] == 0
    connected = visits.connected[first]
    about = np.where(install, _recommend("connected_on_time", happened=connected), 0.0)
    return Touches(
        subject="visits",
        weeks_later=truth.lag("first_visit_fix", "nps"),
        rate=0.27,
        when=visits.finished[first],
        worker=visits.engineer[first],
        order=todo.order[job],
        customer=todo.customer[job],
        stage=np.where(install, STAGES.index("get_connected"), STAGES.index("use")),
        recommend=USUAL_RECOMMEND
        + _recommend("first_visit_fix", happened=fixed)
        + _recommend("on_time_arrival", happened=on_time)
        + about,
        effort=USUAL_EFFORT + _effort("first_visit_fix", happened=fixed),
        mood=np.where(
            install & fixed,
            mood((~connected, "wrong day"), (~on_time, "late"), otherwise="connected"),
            mood((~fixed & ~right, "no part"), (~fixed, "not fixed"), (~on_time, "late"), otherwise="repaired"),
        ),
    )


def after_contacts(contacts: Contacts) -> Touches:
    """A week after each contact."""
    solved, transferred, quick = contacts.solved, contacts.transferred, contacts.in_60s
    return Touches(
        subject="contacts",
        weeks_later=truth.lag("first_contact_fix", "nps"),
        rate=0.15,
        when=contacts.started,
        worker=contacts.agent,
        order=contacts.order,
        customer=contacts.customer,
        stage=np.full(len(solved), STAGES.index("get_help")),
        recommend=USUAL_RECOMMEND + _recommend("first_contact_fix", happened=solved),
        effort=USUAL_EFFORT
        + 0.3
        + _effort("first_contact_fix", happened=solved)
        + _effort("transfers", happened=transferred)
        + _effort("answered_in_60s", happened=quick),
        mood=mood(
            (~solved & transferred, "passed on"),
            (~solved, "unsolved"),
            (~quick, "slow to answer"),
            otherwise="solved",
        ),
    )


def after_network_jobs(done: NetworkJobs) -> Touches:
    """A week after each outage or planned work, one of those affected."""
    outage = done.kind == 0
    return Touches(
        subject="network jobs",
        weeks_later=truth.lag("restore_hours", "nps"),
        rate=0.6,
        when=done.started + np.rint(done.hours * 3600).astype(np.int64),
        worker=done.lead,
        order=done.id,
        customer=done.customer,
        stage=np.full(len(outage), STAGES.index("use")),
        recommend=USUAL_RECOMMEND
        - 0.2
        + np.where(
            outage,
            _recommend("restore_hours", happened=done.hours),
            _recommend("work_complaints", happened=done.complained),
        ),
        effort=USUAL_EFFORT + np.where(outage, 0.0, _effort("work_complaints", happened=done.complained)),
        mood=mood(
            (outage & (done.hours > LONG_HOURS), "long outage"),
            (outage, "short outage"),
            (done.announced, "work announced"),
            otherwise="work not announced",
        ),
    )


def after_bills(bills: Bills) -> Touches:
    """When a bill is due."""
    return Touches(
        subject="bills",
        weeks_later=truth.lag("bill_right_first_time", "nps"),
        rate=0.16,
        when=bills.issued,
        worker=bills.handler,
        order=bills.order,
        customer=bills.customer,
        stage=np.full(len(bills.issued), STAGES.index("pay")),
        recommend=USUAL_RECOMMEND + _recommend("bill_right_first_time", happened=bills.right),
        effort=USUAL_EFFORT + _effort("bill_right_first_time", happened=bills.right),
        mood=mood((~bills.right, "bill wrong"), otherwise="bill right"),
    )


def after_sessions(sessions: Sessions) -> Touches:
    """On leaving the site."""
    return Touches(
        subject="sessions",
        weeks_later=truth.lag("self_service_done", "customer_effort"),
        rate=0.16,
        when=sessions.started,
        worker=np.full(len(sessions.started), -1),
        order=np.full(len(sessions.started), -1),
        customer=sessions.customer,
        stage=np.array([STAGES.index(stage) for stage in ("choose", "pay", "get_help", "choose")])[sessions.task],
        recommend=USUAL_RECOMMEND + _recommend("self_service_done", happened=sessions.done),
        effort=USUAL_EFFORT - 0.2 + _effort("self_service_done", happened=sessions.done),
        mood=mood((sessions.error, "site failed"), (~sessions.done, "site stuck"), otherwise="site worked"),
        team=sessions.team,
    )


def after_orders(orders: Orders) -> Touches:
    """The day of the order."""
    return Touches(
        subject="orders",
        weeks_later=truth.lag("needs_asked", "nps"),
        rate=0.35,
        when=orders.ordered,
        worker=orders.adviser,
        order=orders.id,
        customer=orders.customer,
        stage=np.full(len(orders.id), STAGES.index("order")),
        recommend=USUAL_RECOMMEND + 0.2 + _recommend("needs_asked", happened=orders.needs_asked),
        effort=np.full(len(orders.id), USUAL_EFFORT - 0.3),
        mood=mood((orders.needs_asked, "sold well"), otherwise="sold badly"),
    )


def after_leaving_calls(renewals: Renewals) -> Touches:
    """A week after a customer called to leave."""
    leaving = np.flatnonzero(renewals.wants_to_leave & (renewals.called >= 0))
    saved = renewals.saved[leaving]
    return Touches(
        subject="leaving calls",
        weeks_later=truth.lag("save_rate", "nps"),
        rate=0.25,
        when=renewals.called[leaving],
        worker=renewals.caller[leaving],
        order=renewals.case[leaving],
        customer=renewals.customer[leaving],
        stage=np.full(len(leaving), STAGES.index("stay")),
        recommend=USUAL_RECOMMEND - 1.8 + _recommend("save_rate", happened=saved),
        effort=np.full(len(leaving), USUAL_EFFORT + 0.4),
        mood=mood((saved, "kept"), otherwise="lost"),
    )


def sampled(rng: Rng, touches: Touches) -> Ints:
    """Who answers: a share of those asked, whatever happened to them."""
    return np.flatnonzero(rng.random(len(touches.when)) < touches.rate)
