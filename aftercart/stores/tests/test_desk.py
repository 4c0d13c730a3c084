"""The desk's general pages: who may open which, joining by invitation, tokens shown once, retries."""

from __future__ import annotations

import re
import threading

import pytest
from django.db import connection, transaction
from django.test import Client

from aftercart.kernel import clock
from aftercart.kernel.journal.events import Event, event
from aftercart.kernel.journal.models import DeadLetter, Entry
from aftercart.kernel.outbox.enqueue import send
from aftercart.kernel.outbox.models import Effect
from aftercart.stores.actions import change_member
from aftercart.stores.models import ApiToken, Channel, Merchant, Role, StaffMember, User
from aftercart.stores.rules import TeamRefused
from aftercart.stores.testing import make_channel, make_member, make_outsider, make_owner
from aftercart.stores.tokens import find_token

PAGES = {
    "/desk/": Role.VIEWER,
    "/desk/search/?q=x": Role.VIEWER,
    "/desk/journal/": Role.VIEWER,
    "/desk/journal/listeners/": Role.VIEWER,
    "/desk/journal/letters/": Role.VIEWER,
    "/desk/system/": Role.VIEWER,
    "/desk/system/outbox/": Role.VIEWER,
    "/desk/team/": Role.ADMIN,
    "/desk/settings/": Role.ADMIN,
    "/desk/settings/channels/new/": Role.ADMIN,
    "/desk/settings/tokens/": Role.ADMIN,
}


@event
class TestsRan(Event):
    """Happens in these tests only."""


TestsRan.__test__ = False  # type: ignore[attr-defined]


def client_of(member: StaffMember) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "role"), PAGES.items())
def test_every_page_knows_whom_to_let_in(path: str, role: str) -> None:
    assert Client().get(path).status_code == 302
    mallory = Client()
    mallory.force_login(make_outsider())
    assert mallory.get(path).status_code == 404
    assert client_of(make_member("Right", role)).get(path).status_code == 200
    if role == Role.ADMIN:
        assert client_of(make_member("Agent", Role.AGENT)).get(path).status_code == 404


@pytest.mark.django_db
def test_somebody_invited_joins_once_with_role_and_channels() -> None:
    make_channel("one")
    two = make_channel("two")
    ada = client_of(make_owner())
    body = {"email": "New@mira.example", "role": Role.AGENT, "channels": [two.pk]}
    page = ada.post("/desk/team/invitations/", body).content.decode()
    found = re.search(r"/join/[\w-]+/", page)
    assert found
    link, guest = found.group(), Client()
    assert guest.get(link).status_code == 200
    assert guest.post(link, {"name": "Nia", "password": "short"}).status_code == 422
    assert guest.post(link, {"name": "Nia", "password": "a long enough sentence"}).status_code == 302
    nia = StaffMember.objects.get(user__email="new@mira.example")
    assert (nia.role, list(nia.channels.all())) == (Role.AGENT, [two])
    assert guest.login(username="new@mira.example", password="a long enough sentence")
    assert Client().get(link).status_code == 404
    assert Client().post(link, {"name": "Eve", "password": "a long enough sentence"}).status_code == 404
    assert Client().get("/join/nonsense/").status_code == 404


@pytest.mark.django_db
def test_an_admin_makes_no_owner_and_touches_none() -> None:
    ada = make_owner()
    client = client_of(make_member("Adam", Role.ADMIN))
    page = client.post("/desk/team/invitations/", {"email": "x@y.example", "role": Role.OWNER})
    assert page.status_code == 302
    client.post(f"/desk/team/{ada.pk}/", {f"m{ada.pk}-role": Role.VIEWER})
    client.post(f"/desk/team/{ada.pk}/departure/")
    ada.refresh_from_db()
    assert (ada.role, User.objects.get(pk=ada.user_id).is_active) == (Role.OWNER, True)


@pytest.mark.django_db
def test_who_left_cannot_go_on() -> None:
    ben = make_member("Ben")
    his, hers = client_of(ben), client_of(make_owner())
    assert his.get("/desk/").status_code == 200
    hers.post(f"/desk/team/{ben.pk}/departure/")
    assert his.get("/desk/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_owners_cannot_remove_each_other_at_once() -> None:
    ada, bea = make_owner("Ada"), make_owner("Bea")
    gate, refused = threading.Barrier(2), []

    def demote(target: StaffMember, by: StaffMember) -> None:
        gate.wait()
        try:
            change_member(member_id=target.pk, role=Role.ADMIN, channel_ids=[], by=by)
        except TeamRefused as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=demote, args=pair) for pair in ((ada, bea), (bea, ada))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert StaffMember.objects.filter(role=Role.OWNER).count() == 1
    assert len(refused) == 1


@pytest.mark.django_db
def test_a_token_is_shown_once_works_and_is_taken_back() -> None:
    client = client_of(make_owner())
    page = client.post(
        "/desk/settings/tokens/new/", {"name": "Shop", "scopes": ["orders:read"]}
    ).content.decode()
    found = re.search(r"ac_[0-9a-f]{8}_[\w-]{43}", page)
    assert found
    secret = found.group()
    token = ApiToken.objects.get()
    assert find_token(secret, now=clock.now()) == token
    assert secret not in client.get("/desk/settings/tokens/").content.decode()
    client.post(f"/desk/settings/tokens/{token.pk}/revocation/")
    assert find_token(secret, now=clock.now()) is None


@pytest.mark.django_db
def test_settings_are_kept_and_nonsense_explained() -> None:
    client = client_of(make_owner())
    client.post("/desk/settings/", {"name": "Mira", "timezone": "Europe/Berlin", "email": "a@b.example"})
    assert Merchant.objects.get().timezone == "Europe/Berlin"
    new = {
        "name": "Shop PL",
        "currency": "pln",
        "languages": ["pl"],
        "default_language": "pl",
        "timezone": "UTC",
    }
    assert client.post("/desk/settings/channels/new/", new).status_code == 302
    channel = Channel.objects.get(slug="shop-pl")
    assert channel.currency == "PLN"
    again = client.post("/desk/settings/channels/new/", new)
    assert (again.status_code, "another channel has this name" in again.content.decode().lower()) == (
        422,
        True,
    )
    wrong = client.post("/desk/settings/channels/shop-pl/", {**new, "currency": "XYZ"})
    assert "not an ISO 4217" in wrong.content.decode()


@pytest.mark.django_db
def test_a_dead_letter_is_tried_again_by_who_may() -> None:
    with transaction.atomic():
        entry = Entry.objects.create(name="TestsRan", occurred_at=clock.now(), recorded_at=clock.now())
    letter = DeadLetter.objects.create(
        listener="test.nobody",
        entry=entry,
        error="boom <b>",
        attempts=5,
        next_try_at=None,
        first_failed_at=clock.now(),
        last_failed_at=clock.now(),
    )
    viewer = client_of(make_member("Vera", Role.VIEWER))
    assert viewer.post("/desk/journal/letters/retries/", {"letter": letter.pk}).status_code == 404
    owner = client_of(make_owner())
    assert "boom &lt;b&gt;" in owner.get("/desk/journal/letters/").content.decode()
    assert "entry a listener could not take" in owner.get("/desk/").content.decode()
    owner.post("/desk/journal/letters/retries/", {"letter": letter.pk})
    letter.refresh_from_db()
    assert letter.next_try_at is not None


@pytest.mark.django_db
def test_the_outbox_shows_what_leaves_and_cancels_it() -> None:
    with transaction.atomic():
        send("email", {"to": "sam@shopper.example"}, key="test:1", purpose="transactional")
    effect = Effect.objects.get(key="test:1")
    owner = client_of(make_owner())
    assert "test:1" in owner.get("/desk/system/outbox/").content.decode()
    owner.post(f"/desk/system/outbox/{effect.pk}/tries/", {"then": "cancel"})
    effect.refresh_from_db()
    assert effect.state == Effect.State.CANCELLED
    assert owner.get(f"/desk/system/outbox/{effect.pk}/").status_code == 200


@pytest.mark.django_db
def test_what_a_mail_holds_is_for_those_who_may_send_it_again() -> None:
    poland, japan = make_channel("poland"), make_channel("japan")
    with transaction.atomic():
        payload = {"context": {"code": "271828"}}
        send("email", payload, key="test:2", purpose="transactional", channel_id=japan.pk)
    path = f"/desk/system/outbox/{Effect.objects.get(key='test:2').pk}/"
    assert "271828" in client_of(make_owner()).get(path).content.decode()
    viewer = client_of(make_member("Vic", Role.VIEWER)).get(path)
    assert viewer.status_code == 200
    assert "271828" not in viewer.content.decode()
    other = make_member("Ola", Role.ADMIN)
    other.channels.add(poland)
    ola = client_of(other)
    assert ola.get(path).status_code == ola.post(f"{path}tries/", {"then": "cancel"}).status_code == 404
    assert "test:2" not in ola.get("/desk/system/outbox/").content.decode()


@pytest.mark.django_db
def test_who_works_for_some_channels_lets_nobody_into_others() -> None:
    poland, japan = make_channel("poland"), make_channel("japan")
    ola = make_member("Ola", Role.ADMIN)
    ola.channels.add(poland)
    client = client_of(ola)
    for channels in ([], [japan.pk], [poland.pk, japan.pk]):
        with pytest.raises(TeamRefused):
            change_member(member_id=ola.pk, role=Role.ADMIN, channel_ids=channels, by=ola)
        invitation = {"email": "eve@mira.example", "role": Role.AGENT, "channels": channels}
        assert (
            "/join/" not in client.post("/desk/team/invitations/", invitation, follow=True).content.decode()
        )
    token = {"name": "all", "scopes": ["orders:read"]}
    for channel in ("", japan.pk):
        assert client.post("/desk/settings/tokens/new/", {**token, "channel": channel}).status_code == 422
    assert not ApiToken.objects.exists()
    assert client.post("/desk/settings/tokens/new/", {**token, "channel": poland.pk}).status_code == 200
    assert set(ola.channels.all()) == {poland}
