"""A reported problem that waits for a person is a question on the desk, with its photos beside it."""

from __future__ import annotations

import pytest
from django.test import Client

from aftercart.claims.testing import make_claim_on, make_delivered_order, make_policy
from aftercart.helpdesk.models import Message, Ticket
from aftercart.helpdesk.testing import make_question
from aftercart.kernel.journal.testing import hear_everything
from aftercart.kernel.uploads.actions import add_photo
from aftercart.kernel.uploads.models import Upload
from aftercart.kernel.uploads.testing import make_photo
from aftercart.messaging.testing import deliver_messages
from aftercart.orders.permissions import order_page_path
from aftercart.stores.testing import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads_here")]
LISTENERS = ("helpdesk.bring_to_the_desk", "helpdesk.acknowledge")
BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_it_waits_in_the_inbox_once_and_is_acknowledged_by_claims_alone() -> None:
    make_claim_on()
    for _ in range(2):
        hear_everything(*LISTENERS)
    ticket = Ticket.objects.get()
    assert (ticket.topic, ticket.trust) == ("claim", "link")
    assert ticket.waiting_since is not None
    assert ticket.subject.startswith("A problem was reported")
    assert Message.objects.get().text == "1 × Oak spoon\n\nThe rim is chipped."
    assert deliver_messages() == []


def test_it_joins_the_running_conversation() -> None:
    order = make_delivered_order()
    ticket = make_question(order=order)
    make_claim_on(order)
    hear_everything(*LISTENERS)
    assert [message.ticket_id for message in Message.objects.all()] == [ticket.pk, ticket.pk]


def test_what_the_policy_decided_asks_nobody() -> None:
    make_policy(("Money", {"version": 1, "all": []}, "refund"))
    make_claim_on()
    hear_everything(*LISTENERS)
    assert not Ticket.objects.exists()


def test_the_agent_sees_the_problem_and_its_photos_beside_the_words(client: Client) -> None:
    order = make_delivered_order()
    draft = f"draft:order:{order.pk}:photographed"
    add_photo(file=make_photo((64, 64)), purpose="claims", subject=draft, customer_id=order.customer_id)
    claim = make_claim_on(order, photos_of=draft)
    hear_everything(*LISTENERS)
    client.force_login(make_member("Ben").user, backend=BACKEND)
    page = client.get(f"/desk/questions/{Ticket.objects.get().pk}/").content.decode()
    photo = f"/desk/problems/{claim.pk}/photos/{Upload.objects.get().name}/"
    assert f'src="{photo}?size=small"' in page
    assert f"/desk/problems/{claim.pk}/" in page
    assert "The rim is chipped." in page


def test_a_report_after_a_look_up_stays_out_of_other_look_ups(client: Client) -> None:
    order = make_delivered_order()
    make_claim_on(order, visit="of-one-look-up")
    hear_everything(*LISTENERS)
    neighbour = client.get(order_page_path(order.pk, trust="lookup")).content.decode()
    assert "The rim is chipped." not in neighbour
    assert "We are looking at it" not in neighbour
    sam = client.get(order_page_path(order.pk)).content.decode()
    assert "The rim is chipped." in sam
    assert "We are looking at it" in sam
