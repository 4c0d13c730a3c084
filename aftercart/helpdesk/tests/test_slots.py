"""Questions on other apps' pages: beside the order and the customer, in the search, for those who may read them."""

from __future__ import annotations

import pytest
from django.test import Client

from aftercart.helpdesk.testing import make_question
from aftercart.stores.testing import make_channel, make_member

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.mark.parametrize(("role", "sees"), [("agent", "them"), ("viewer", "them"), ("warehouse", "nothing")])
def test_questions_stand_beside_order_and_customer_for_those_who_may(
    client: Client, role: str, sees: str
) -> None:
    ticket = make_question(topic="payment")
    client.force_login(make_member("Rita", role).user, backend=BACKEND)
    for path in (
        f"/desk/orders/{ticket.order_id}/",
        f"/desk/customers/{ticket.customer_id}/",
        "/desk/search/?q=sam",
    ):
        response = client.get(path)
        assert response.status_code == 200, path
        assert ("Payment or invoice" in response.content.decode()) is (sees == "them"), path


def test_another_channels_questions_stay_there(client: Client) -> None:
    ticket = make_question(topic="payment")
    member = make_member("Rita")
    member.channels.add(make_channel("other"))
    client.force_login(member.user, backend=BACKEND)
    for path in (f"/desk/customers/{ticket.customer_id}/", "/desk/search/?q=sam"):
        assert "Payment or invoice" not in client.get(path).content.decode()
