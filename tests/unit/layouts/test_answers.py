import threading
import time

import pytest

from layouts.answers import Answers


def test_an_answer_is_made_once_and_kept() -> None:
    answers, made = Answers(), []
    for _ in range(3):
        assert answers.get("key", lambda: made.append(1) or len(made)) == 1
    assert answers.get("other", lambda: "else") == "else"


def test_three_hundred_who_ask_at_once_make_one_computation() -> None:
    answers, made, got = Answers(), [], []
    start = threading.Barrier(300)

    def make() -> str:
        made.append(1)
        time.sleep(0.05)
        return "page"

    def ask() -> None:
        start.wait()
        got.append(answers.get("key", make))

    threads = [threading.Thread(target=ask) for _ in range(300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
    assert got == ["page"] * 300


def test_an_error_reaches_those_who_wait_and_is_not_kept() -> None:
    answers = Answers()
    flying, go, errors = threading.Event(), threading.Event(), []

    def fail() -> str:
        flying.set()
        go.wait(5)
        raise ValueError("broken")

    def ask() -> None:
        try:
            answers.get("key", fail)
        except ValueError as error:
            errors.append(str(error))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    threads[0].start()
    flying.wait(5)
    threads[1].start()
    time.sleep(0.05)
    go.set()
    for thread in threads:
        thread.join()
    assert errors == ["broken", "broken"]
    assert answers.get("key", lambda: "well again") == "well again"


def test_the_least_recently_asked_goes_first() -> None:
    answers = Answers(size=2)
    for key in ("a", "b", "a", "c"):
        answers.get(key, lambda key=key: key)
    assert answers.get("a", lambda: "made again") == "a"
    assert answers.get("b", lambda: "made again") == "made again"


def test_what_is_made_may_ask_for_something_else() -> None:
    answers = Answers()
    assert answers.get("outer", lambda: answers.get("inner", lambda: 1) + 1) == 2


def test_an_answer_of_nothing_is_an_answer() -> None:
    answers = Answers()
    assert answers.get("key", lambda: None) is None
    with pytest.raises(AssertionError):
        answers.get("fresh", _fail)
    assert answers.get("key", _fail) is None


def _fail() -> None:
    raise AssertionError
