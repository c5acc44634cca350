"""The customer's side of a definition: the journey, the cases, the voices."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scorecard.definition.base import Column, Expression, Model, Name, Number, OneOrMore, Text


class MomentOfTruth(Model):
    """Why a stage weighs most, and how much."""

    label: Text
    """What people call the moment."""
    weight: Annotated[Number, Field(gt=0)] = 1.0
    """How much it weighs beside the other moments."""


class Stage(Model):
    """One step of the journey, in the customer's words."""

    id: Name
    """The stage's name in this file."""
    label: Text | None = None
    """The stage's name on screens."""
    customer: Text | None = None
    """What the customer wants here, in the customer's words."""
    owner: Text | None = None
    """The department answerable for the stage."""
    moment_of_truth: MomentOfTruth | None = None
    """Why this stage weighs most."""
    after: Annotated[tuple[Name, ...], OneOrMore] = ()
    """The stage or stages before it, where that is not simply the one written before."""


class Cases(Model):
    """The event log: what really happened to each customer's case."""

    source: Name
    """The event log: a source with `case` and `time`."""
    activity: Column
    """The column with what happened."""
    stage: dict[str, Name] = {}
    """The journey stage of each activity."""
    stage_column: Column | None = None
    """Instead of `stage`: the column with the journey stage."""
    channel: Column | None = None
    """The column with the channel the customer used."""
    manual: Expression | None = None
    """Rows for which this is true were touched by hand."""
    override: Expression | None = None
    """Rows for which this is true are an employee overriding the automation."""
    override_case: Column | None = None
    """The column with the reason given for an override."""
    happy_path: tuple[str, ...] = ()
    """The activities of a case in which nothing goes wrong, in order."""


class Voices(Model):
    """What customers said, from every channel."""

    source: Name
    """The source whose rows are comments."""
    text: Column
    """The column with the words."""
    score: Column | None = None
    """The column with the score given."""
    channel: Column | None = None
    """The column with the channel."""
    stage: Column | None = None
    """The column with the journey stage."""
    link: Column | None = None
    """The column with the address of the call, chat or post; shown to those who may see it."""
    themes: dict[Name, tuple[Text, ...]] = {}
    """Words that mark a theme, by theme."""
