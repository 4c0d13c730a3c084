"""The log and an opened message, looked at on desktop and phone, light and dark."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from aftercart.customers.testing import make_customer
from aftercart.kernel.outbox.models import Effect
from aftercart.kernel.ui.testing import OpenPage, assert_accessible_everywhere
from aftercart.messaging.testing import deliver_messages
from aftercart.messaging.tests.test_log import write
from aftercart.stores.models import Role
from aftercart.stores.testing import make_member


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_log_and_a_message_of_it(open_page: OpenPage) -> None:
    sam = make_customer()
    with transaction.atomic():
        effect = write(sam)
        write(sam, key="later", kind="parcel_delivered")
        write(sam, key="again:1:x", kind="parcel_sent")
    Effect.objects.filter(key="later").update(state="stale", last_error="no longer true: it came back")
    deliver_messages()
    client = Client()
    client.force_login(make_member("Ann", Role.AGENT).user)
    page = open_page(f"/desk/customers/{sam.pk}/", client=client)
    assert page.locator("#messages .item").count() == 3
    assert_accessible_everywhere(page, "message-log")
    page.locator(f"#messages a[href='/desk/messages/sent/{effect.pk}/']").click()
    page.wait_for_url(f"**/desk/messages/sent/{effect.pk}/")
    words = page.frame_locator("iframe").locator("body")
    words.wait_for()
    assert "Your parcel is on its way" in words.inner_text()
    assert_accessible_everywhere(page, "message-sent")
