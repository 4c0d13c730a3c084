"""Steps beside each other: on PostgreSQL two threads write batches of orders, each on a connection of its own.

Half of a batch's time the server checks foreign keys and keeps indexes, on one core; the other half we prepare rows.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from queue import SimpleQueue

from django.db import connection

LANES = 2
Work = Callable[[int], None]


def lanes_for(steps: int) -> int:
    """How many lanes ``steps`` steps may take: one on SQLite, which has one writer, and inside a transaction."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return 1
    return max(1, min(LANES, steps))


def in_lanes(steps: Sequence[int], open_lane: Callable[[int], Work], lanes: int) -> Generator[int]:
    """Give every step to a free lane, in order; yields each once it is done, in the order they end.

    ``open_lane`` is called in the lane's thread and returns what performs a step. A failed step ends all lanes after
    the steps they are at, and is raised; so does closing the iterator.
    """
    waiting, ended = iter(steps), SimpleQueue[int | BaseException | None]()
    turn, stop = threading.Lock(), threading.Event()

    def run(lane: int) -> None:
        try:
            work = open_lane(lane)
            while not stop.is_set():
                with turn:
                    step = next(waiting, None)
                if step is None:
                    break
                work(step)
                ended.put(step)
        except BaseException as error:
            stop.set()
            ended.put(error)
        finally:
            connection.close()
            ended.put(None)

    threads = [threading.Thread(target=run, args=(lane,), name=f"lane-{lane}") for lane in range(lanes)]
    for thread in threads:
        thread.start()
    try:
        yield from _until_all_ended(ended, lanes)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _until_all_ended(ended: SimpleQueue[int | BaseException | None], lanes: int) -> Iterator[int]:
    while lanes:
        match ended.get():
            case None:
                lanes -= 1
            case BaseException() as error:
                raise error
            case int(step):
                yield step
