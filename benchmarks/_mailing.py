"""The measured part of ``benchmarks.mail``; imported once Django knows its database and mail server."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.synchronize import Barrier
from typing import NamedTuple

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.core.management import call_command
from django.db import transaction
from django.template import Context, Engine

from aftercart.kernel import clock
from aftercart.kernel.outbox.drain import drain
from aftercart.kernel.outbox.mail.compose import compose
from aftercart.kernel.outbox.mail.email import Address, Email
from aftercart.kernel.outbox.models import Effect
from aftercart.messaging.actions import send_message
from aftercart.messaging.letterhead import letterhead
from aftercart.messaging.messages import LANGUAGES, registry
from aftercart.messaging.render import Rendered, render
from aftercart.stores.models import Channel, Merchant
from aftercart.stores.testing import make_channel, make_merchant

MAILS = int(os.environ.get("BENCH_MAILS", "1500"))
WORKERS = 2
Worker = Callable[[Barrier], None]
HEAD = letterhead(Merchant(name="Mira & Holm"), None)


class Spent(NamedTuple):
    """Seconds by the clock and of the processor."""

    wall: float
    cpu: float


def measure(port: int, context: SpawnContext, work: Worker) -> None:
    """Print what each part costs, the whole, and the ratio to Django's own sending."""
    call_command("migrate", verbosity=0)
    make_merchant()
    make_channel()
    parts()
    say("ask for one (a row in the caller's transaction)", timed(lambda: ask(0)), MAILS)
    one = timed(drain_all)
    say("outbox to SMTP, one worker", one, MAILS)
    ask(MAILS)
    say(f"outbox to SMTP, {WORKERS} workers", together(context, work), MAILS)
    theirs = with_django(port)
    say("Django: one kept connection, no outbox, no text part", theirs, MAILS)
    sys.stdout.write(
        f"ratio to Django, one worker: {theirs.cpu / one.cpu:.2f} in CPU, {theirs.wall / one.wall:.2f} by the clock\n"
    )
    counts = Effect.objects.counts()
    assert counts["sent"] == 2 * MAILS, counts


def parts() -> None:
    """Rendering and composing alone."""
    compile_all()
    count = 500
    rendering = timed(lambda: [sample(LANGUAGES[n % 5]) for n in range(count)])
    say("render a confirmation (HTML and text)", rendering, count)
    rendered = sample("pl")
    mail = Email(
        sender=Address(email="shop@mira.example", name="Mira & Holm"),
        to=Address(email="sam@shopper.example", name="Žofia"),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id="x@y.example",
    )
    say("compose it", timed(lambda: [compose(mail, now=clock.now()) for _ in range(count)]), count)


def sample(language: str) -> Rendered:
    """A confirmation with its sample data."""
    kind = registry["order_confirmed"]
    return render(kind, language, kind.sample(language), HEAD)


def ask(start: int) -> None:
    """Confirmations in five languages, each with a number of its own."""
    channel = Channel.objects.get()
    samples = {language: registry["order_confirmed"].sample(language) for language in LANGUAGES}
    with transaction.atomic():
        for number in range(start, start + MAILS):
            language = LANGUAGES[number % len(LANGUAGES)]
            send_message(
                kind="order_confirmed",
                to=Address(email=f"sam{number}@shopper.example", name=samples[language]["name"]),
                language=language,
                context={**samples[language], "number": f"B{number}"},
                key=f"bench:{number}",
                channel_id=channel.pk,
                actor="bench",
            )


def drain_all() -> None:
    """Until nothing is due."""
    while drain(owner=f"bench:{os.getpid()}"):
        pass


def together(context: SpawnContext, work: Worker) -> Spent:
    """Until several worker processes, all ready, have sent everything; their own processor time is unknown."""
    ready = context.Barrier(WORKERS + 1)
    workers = [context.Process(target=work, args=(ready,), daemon=True) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    ready.wait(timeout=60)
    return timed(lambda: join_all(workers))


def join_all(workers: Iterable[SpawnProcess]) -> None:
    """Wait for all of them."""
    for worker in workers:
        worker.join()


def work(ready: Barrier) -> None:
    """One worker process, its templates compiled before the race."""
    compile_all()
    ready.wait(timeout=60)
    drain_all()


def compile_all() -> None:
    """Compile what will be needed."""
    for language in LANGUAGES:
        sample(language)


def with_django(port: int) -> Spent:
    """What Django needs for as many: one template rendered, one message each, one kept connection."""
    html = sample("pl").html.replace("MH-10482", "{{ number }}")
    template = Engine().from_string(html)
    backend = EmailBackend(host="127.0.0.1", port=port)

    def send() -> None:
        backend.open()
        for number in range(MAILS):
            mail = EmailMultiAlternatives(
                "Zamówienie", "Dziękujemy", "shop@mira.example", ["sam@shopper.example"]
            )
            mail.attach_alternative(template.render(Context({"number": number})), "text/html")
            backend.send_messages([mail])
        backend.close()

    return timed(send)


def timed(work_done: Callable[[], object]) -> Spent:
    """What the work took of the clock, and of this process's processor."""
    started, begun = time.perf_counter(), time.process_time()
    work_done()
    return Spent(time.perf_counter() - started, time.process_time() - begun)


def say(what: str, spent: Spent, count: int) -> None:
    """One line of the result."""
    per_second, wall, cpu = count / spent.wall, spent.wall / count * 1000, spent.cpu / count * 1000
    sys.stdout.write(f"{what:<52}{per_second:>8,.0f}/s {wall:>8.3f} ms each, {cpu:>7.3f} ms of CPU\n")
    sys.stdout.flush()
