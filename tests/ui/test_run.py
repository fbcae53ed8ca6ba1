"""One run looks a thing up once, and the next one anew."""

from prioritizer.ui.run import once, one_run


def test_a_run_looks_up_once_and_the_next_one_again() -> None:
    looked: list[int] = []

    def look_up() -> int:
        looked.append(len(looked))
        return looked[-1]

    for expected in (0, 1):
        with one_run():
            assert once("x", look_up) == expected
            with one_run():
                assert once("x", look_up) == expected
            assert once("x", look_up) == expected
    assert (once("x", look_up), once("x", look_up)) == (2, 3)  # outside of any run
    with one_run():
        assert once("x", look_up) == 4
        assert once("y", lambda: None) is None
