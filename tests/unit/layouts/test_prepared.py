"""Prepared answers: nobody waits for a new picture, everybody gets it, and an error is not kept."""

import threading
import time
from collections.abc import Callable

import pytest

from layouts.prepared import Prepared, Ready


def until(come: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if come():
            return
        time.sleep(0.005)
    raise AssertionError("it never came")


def test_the_first_answer_is_made_once_however_many_ask() -> None:
    prepared, made, gate = Prepared(), [], threading.Event()

    def make() -> bytes:
        made.append(1)
        gate.wait(10)
        return b"one"

    found: list[Ready] = []
    threads = [threading.Thread(target=lambda: found.append(prepared.get("wall", 1, make))) for _ in range(20)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert found == [Ready(1, b"one")] * 20
    assert len(made) == 1


def test_while_a_new_picture_is_made_the_last_one_is_given_with_its_own_version() -> None:
    prepared, gate = Prepared(), threading.Event()
    prepared.get("wall", 1, lambda: b"one")

    def slow() -> bytes:
        gate.wait(10)
        return b"two"

    assert prepared.get("wall", 2, slow) == Ready(1, b"one")
    assert prepared.get("wall", 2, slow) == Ready(1, b"one")
    gate.set()
    until(lambda: prepared.get("wall", 2, slow) == Ready(2, b"two"))


def test_one_thread_makes_them_one_after_the_other() -> None:
    prepared, names = Prepared(), set()

    def make() -> bytes:
        names.add(threading.current_thread().name)
        return b"new"

    for wall in range(50):
        prepared.get(wall, 1, lambda: b"old")
    for wall in range(50):
        assert prepared.get(wall, 2, make).version in (1, 2)
    until(lambda: all(prepared.get(wall, 2, make).version == 2 for wall in range(50)))
    assert names == {"walls"}


def test_what_can_no_longer_be_answered_is_an_error_again_for_the_next_who_asks() -> None:
    def gone() -> bytes:
        raise LookupError("there is no such display")

    prepared = Prepared()
    with pytest.raises(LookupError):
        prepared.get("wall", 1, gone)
    prepared.get("wall", 1, lambda: b"one")

    def refused() -> bool:
        try:
            prepared.get("wall", 2, gone)
        except LookupError:
            return True
        return False

    until(refused)
    assert prepared.get("wall", 2, lambda: b"back") == Ready(2, b"back")


def test_it_keeps_no_more_than_so_many() -> None:
    prepared = Prepared(size=8)
    for wall in range(100):
        prepared.get(wall, 1, lambda: b"x")
    assert len(prepared._kept) == 8
