"""The head of a page: its name, what it promises, how old it is."""

from __future__ import annotations

from htpy import Element, Node, div, h1, p

from layouts.screens.frame import as_of_line
from layouts.words import Tongue
from scorecard.head import Head


def heading(title: Node, head: Head, tongue: Tongue, under: Node = None) -> Element:
    """A page's name and, at its right, the moment its data stands for."""
    return div(".page-head")[div[h1[title], under], p(".as-of")[as_of_line(head, tongue)]]
