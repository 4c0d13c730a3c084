"""The worker process: every pump on a thread of its own, so that a slow one holds up no other."""

from __future__ import annotations

import logging
import threading
import time
from functools import partial

from django.db import close_old_connections, connection

from aftercart.kernel.work import pumps
from aftercart.kernel.work.heartbeat import Heartbeat

log = logging.getLogger(__name__)
REST_MIN, REST_MAX = 0.02, 0.5  # seconds between looks of an idle pump
PAUSE_MAX = 30.0  # seconds between tries of a failing pump


class Worker:
    """Turns the registered pumps until told to stop. ``job_threads`` jobs run side by side."""

    def __init__(self, *, job_threads: int = 1) -> None:
        self._copies = {"jobs": job_threads}
        self._heartbeat = Heartbeat()
        self._stopping = threading.Event()
        self._bell = _Bell()
        self._broken = False

    def stop(self) -> None:
        """Ask for the end: units in hand are finished, nothing new is begun. Safe in a signal handler."""
        self._stopping.set()

    def run(self) -> bool:
        """Work until :meth:`stop`. False when a thread broke and the process should be started anew."""
        self._heartbeat.start()
        threads = [
            threading.Thread(target=self._turn, args=(name,), name=f"{name}-{copy}")
            for name in pumps.registry
            for copy in range(self._copies.get(name, 1))
        ]
        for thread in threads:
            thread.start()
        log.info("worker %s turns %s", self._heartbeat.worker, ", ".join(pumps.registry))
        # A plain wait() could not be interrupted by a signal handler on every platform.
        while not self._stopping.wait(1.0):
            pass
        self._bell.ring()
        for thread in threads:
            thread.join()
        self._heartbeat.stop()
        log.info("worker %s stopped", self._heartbeat.worker)
        return not self._broken

    def run_once(self) -> int:
        """Turn every pump once, in this thread; returns the units done."""
        self._heartbeat.start()
        try:
            return self._pass()
        finally:
            self._end()

    def run_until_idle(self, *, patience: float = 30.0) -> int:
        """Turn all pumps, in this thread, until none has anything to do now; returns the units done.

        Work that cannot be done yet because of somebody else's open transaction is waited for, at
        most ``patience`` seconds.
        """
        self._heartbeat.start()
        total, deadline = 0, time.monotonic() + patience
        try:
            while not self._stopping.is_set():
                done = self._pass()
                total += done
                if done:
                    deadline = time.monotonic() + patience
                elif not pumps.anything_waits() or time.monotonic() > deadline:
                    break
                else:
                    time.sleep(REST_MIN)
            return total
        finally:
            self._end()

    def _end(self) -> None:
        for name in pumps.registry:
            pumps.end(name)
        self._heartbeat.stop()

    def _pass(self) -> int:
        return sum(function(self._context(name)) for name, function in list(pumps.registry.items()))

    def _context(self, name: str) -> pumps.PumpContext:
        return pumps.PumpContext(
            worker=self._heartbeat.worker,
            should_stop=self._stopping.is_set,
            say=partial(self._heartbeat.say, name),
        )

    def _turn(self, name: str) -> None:
        """One pump's thread: work while there is any, rest when not, back off when it fails."""
        turn, context = pumps.registry[name], self._context(name)
        rest, pause = REST_MIN, REST_MAX
        try:
            while not self._stopping.is_set():
                heard = self._bell.rings
                try:
                    done, pause = turn(context), REST_MAX
                except Exception:
                    log.exception("pump %s failed, trying again in %.1f s", name, pause)
                    close_old_connections()
                    self._stopping.wait(pause)
                    pause = min(pause * 2, PAUSE_MAX)
                    continue
                rest = self._after(done, heard, rest)
        except BaseException:
            log.critical("pump %s broke its thread, the worker stops", name, exc_info=True)
            self._broken = True
            self._stopping.set()
        finally:
            _leave(name)

    def _after(self, done: int, heard: int, rest: float) -> float:
        """Tell the others about work done, or rest until they tell; returns the next rest."""
        if done:
            self._bell.ring()
            _let_others_write()
            return REST_MIN
        close_old_connections()
        if self._bell.wait(heard, rest):
            return REST_MIN
        return min(rest * 1.5, REST_MAX)


class _Bell:
    """Rung when a pump did something, since that is often work for the next one."""

    def __init__(self) -> None:
        self.rings = 0
        self._condition = threading.Condition()

    def ring(self) -> None:
        with self._condition:
            self.rings += 1
            self._condition.notify_all()

    def wait(self, heard: int, seconds: float) -> bool:
        """True when it rang since ``heard``, at once or within ``seconds``."""
        with self._condition:
            return self._condition.wait_for(lambda: self.rings != heard, timeout=seconds)


def _leave(name: str) -> None:
    """Close what this thread keeps open: the database's connection also when the pump's end fails."""
    try:
        pumps.end(name)
    except Exception:
        log.exception("pump %s did not end cleanly", name)
    finally:
        connection.close()


def _let_others_write() -> None:
    """SQLite's lock is not a queue: without a gap the busy worker would keep the web waiting."""
    if connection.vendor == "sqlite":
        time.sleep(0.005)
