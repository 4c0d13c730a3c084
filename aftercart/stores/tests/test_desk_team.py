"""Who joins and leaves: invitations taken back, the keys of who left, and channels that are not one's own."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from aftercart.kernel import clock
from aftercart.kernel.journal.models import DeadLetter, Entry
from aftercart.stores.actions import close_account, invite_colleague, join_team, revoke_invitation
from aftercart.stores.desk.invitations import invitation_url
from aftercart.stores.models import ApiToken, Channel, Invitation, Merchant, Role, StaffMember, User
from aftercart.stores.rules import TeamRefused
from aftercart.stores.testing import make_api_token, make_channel, make_member, make_outsider, make_owner
from aftercart.stores.tokens import find_token

pytestmark = pytest.mark.django_db
SENTENCE = "a long enough sentence"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def admin_of(*channels: Channel, name: str = "Ola") -> StaffMember:
    member = make_member(name, Role.ADMIN)
    member.channels.set(channels)
    return member


def token_of(member: StaffMember, channel: Channel | None = None) -> tuple[ApiToken, str]:
    token, secret = make_api_token(channel=channel)
    ApiToken.objects.filter(pk=token.pk).update(created_by=member.user)
    return token, secret


def invite(by: StaffMember, email: str = "nia@mira.example", role: str = Role.AGENT) -> Invitation:
    return invite_colleague(email=email, role=role, channel_ids=[], by=by)


def story() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("name", flat=True))


def test_an_invitation_is_listed_and_taken_back() -> None:
    ada = make_owner()
    desk, guest = client_of(ada.user), Client()
    invitation = invite(ada)
    link = invitation_url(invitation).partition("//")[2].partition("/")[2]
    assert guest.get(f"/{link}").status_code == 200
    assert "nia@mira.example" in desk.get("/desk/team/").content.decode()
    desk.post(f"/desk/team/invitations/{invitation.pk}/revocation/")
    desk.post(f"/desk/team/invitations/{invitation.pk}/revocation/")
    assert guest.get(f"/{link}").status_code == 404
    assert guest.post(f"/{link}", {"name": "Nia", "password": SENTENCE}).status_code == 404
    assert not User.objects.filter(email="nia@mira.example").exists()
    assert "nia@mira.example" not in desk.get("/desk/team/").content.decode().replace(
        "Nobody joins as nia", ""
    )
    assert story() == ["ColleagueInvited", "InvitationRevoked"]


def test_a_link_ends_with_its_week_its_use_and_the_next_invitation() -> None:
    ada = make_owner()
    first = invite(ada, "Nia@mira.example")
    second = invite(ada, "nia@mira.example ")
    with pytest.raises(TeamRefused, match="taken back"):
        join_team(invitation_id=first.pk, name="Nia", password=SENTENCE)
    member = join_team(invitation_id=second.pk, name="Nia", password=SENTENCE)
    assert member.user.email == "nia@mira.example"
    with pytest.raises(TeamRefused, match="used"):
        join_team(invitation_id=second.pk, name="Eve", password=SENTENCE)
    revoke_invitation(invitation_id=second.pk, by=ada)
    second.refresh_from_db()
    assert second.revoked_at is None, "it was taken, so it cannot be taken back"
    late = invite(ada, "late@mira.example")
    Invitation.objects.filter(pk=late.pk).update(expires_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(TeamRefused):
        join_team(invitation_id=late.pk, name="Late", password=SENTENCE)
    assert invite(ada, "late@mira.example").pk != late.pk


def test_only_an_owner_takes_back_an_owners_invitation() -> None:
    ada, adam = make_owner(), make_member("Adam", Role.ADMIN)
    invitation = invite(ada, role=Role.OWNER)
    client_of(adam.user).post(f"/desk/team/invitations/{invitation.pk}/revocation/")
    with pytest.raises(TeamRefused, match="owner"):
        invite(adam, role=Role.AGENT)
    invitation.refresh_from_db()
    assert invitation.revoked_at is None


def test_who_leaves_takes_chosen_keys_and_open_invitations_along() -> None:
    ada, adam = make_owner(), make_member("Adam", Role.ADMIN)
    his, his_secret = token_of(adam)
    kept, kept_secret = token_of(adam)
    hers, her_secret = token_of(ada)
    invitation = invite(adam)
    desk, path = client_of(ada.user), f"/desk/team/{adam.pk}/departure/"
    page = desk.get(path).content.decode()
    assert len(re.findall(r'type="checkbox"[^>]*checked', page)) == 2, (
        "both of his keys are offered, hers is not"
    )
    desk.post(path, {"tokens": [his.pk, hers.pk]})
    assert "Choose" not in page
    assert User.objects.get(pk=adam.user_id).is_active, "a key that is not his is no choice: nothing happened"
    desk.post(path, {"tokens": [his.pk]})
    assert not User.objects.get(pk=adam.user_id).is_active
    alive = [find_token(secret, now=clock.now()) for secret in (his_secret, kept_secret, her_secret)]
    assert alive == [None, kept, hers]
    assert not Invitation.objects.open(clock.now()).filter(pk=invitation.pk).exists()
    assert "Left" in desk.get("/desk/settings/tokens/").content.decode(), "the kept key says whose it was"
    assert desk.get(path).status_code == 404, "who left cannot leave again"


def test_the_action_revokes_no_key_of_others() -> None:
    ada, ben = make_owner(), make_member("Ben")
    hers, _ = token_of(ada)
    close_account(member_id=ben.pk, by=ada, token_ids=[hers.pk])
    hers.refresh_from_db()
    assert hers.revoked_at is None


@pytest.mark.parametrize("role", [Role.AGENT, Role.WAREHOUSE, Role.MARKETER, Role.VIEWER, None])
def test_others_find_no_such_doors(role: str | None) -> None:
    ada, ben = make_owner(), make_member("Ben")
    invitation = invite(ada)
    mallory = client_of(make_member("Mel", role).user if role else make_outsider())
    assert mallory.get(f"/desk/team/{ben.pk}/departure/").status_code == 404
    assert mallory.post(f"/desk/team/{ben.pk}/departure/").status_code == 404
    assert mallory.post(f"/desk/team/invitations/{invitation.pk}/revocation/").status_code == 404
    assert Client().post(f"/desk/team/{ben.pk}/departure/").status_code == 302
    assert User.objects.get(pk=ben.user_id).is_active


def test_an_admin_of_some_channels_changes_no_colleague_of_others() -> None:
    poland, japan = make_channel("poland"), make_channel("japan")
    desk = client_of(admin_of(poland).user)
    everywhere, kenji, pola = make_member("Eva"), make_member("Kenji"), make_member("Pola")
    kenji.channels.set([japan])
    pola.channels.set([poland])
    both = make_member("Bo")
    both.channels.set([poland, japan])
    for member in (everywhere, kenji, both):
        role = {f"m{member.pk}-role": Role.VIEWER, f"m{member.pk}-channels": [poland.pk]}
        assert desk.post(f"/desk/team/{member.pk}/", role).status_code == 404
        assert desk.get(f"/desk/team/{member.pk}/departure/").status_code == 404
        assert desk.post(f"/desk/team/{member.pk}/departure/").status_code == 404
        member.refresh_from_db()
        assert (member.role, User.objects.get(pk=member.user_id).is_active) == (Role.AGENT, True)
    page = desk.get("/desk/team/").content.decode()
    assert [name in page for name in ("Eva", "Bo", "Pola", "Kenji")] == [True, True, True, False]
    assert re.findall(r"/desk/team/(\d+)/departure/", page).count(str(pola.pk)) == 1
    assert f"/desk/team/{everywhere.pk}/departure/" not in page
    assert "japan" not in page.lower().replace("bo@mira.example · agent · japan, poland", "").replace(
        "bo@mira.example · agent · poland, japan", ""
    ), "no channel is offered that is not theirs"
    desk.post(f"/desk/team/{pola.pk}/", {f"m{pola.pk}-role": Role.VIEWER, f"m{pola.pk}-channels": [japan.pk]})
    assert list(pola.channels.all()) == [poland]
    desk.post(
        f"/desk/team/{pola.pk}/", {f"m{pola.pk}-role": Role.VIEWER, f"m{pola.pk}-channels": [poland.pk]}
    )
    pola.refresh_from_db()
    assert pola.role == Role.VIEWER


def test_the_actions_refuse_the_same() -> None:
    poland = make_channel("poland")
    ola, eva, ada = admin_of(poland), make_member("Eva"), make_owner()
    with pytest.raises(TeamRefused, match="do not work for"):
        close_account(member_id=eva.pk, by=ola)
    invitation = invite(ada)
    with pytest.raises(TeamRefused, match="do not work for"):
        revoke_invitation(invitation_id=invitation.pk, by=ola)
    with pytest.raises(TeamRefused, match="already"):
        invite_colleague(email=invitation.email, role=Role.AGENT, channel_ids=[poland.pk], by=ola)


def test_an_admin_of_some_channels_reaches_no_settings_of_others() -> None:
    poland, japan = make_channel("poland"), make_channel("japan")
    Merchant.objects.create(name="Mira")
    desk = client_of(admin_of(poland).user)
    japans, _ = make_api_token(channel=japan)
    alls, _ = make_api_token()
    page = desk.get("/desk/settings/").content.decode()
    assert ("/channels/poland/" in page, "/channels/japan/" in page, "/channels/new/" in page) == (
        True,
        False,
        False,
    )
    assert desk.post("/desk/settings/", {"name": "Stolen", "timezone": "UTC"}).status_code == 404
    assert Merchant.objects.get().name == "Mira"
    assert desk.get("/desk/settings/channels/poland/").status_code == 200
    for slug in ("japan", "new"):
        assert desk.get(f"/desk/settings/channels/{slug}/").status_code == 404
        assert desk.post(f"/desk/settings/channels/{slug}/", {"name": "X"}).status_code == 404
    for token in (japans, alls):
        assert desk.post(f"/desk/settings/tokens/{token.pk}/revocation/").status_code == 404
        assert token.prefix not in desk.get("/desk/settings/tokens/").content.decode()
    assert ApiToken.objects.filter(revoked_at=None).count() == 2


def test_an_admin_of_some_channels_retries_their_own_letters_only() -> None:
    poland, japan = make_channel("poland"), make_channel("japan")
    desk, letters = client_of(admin_of(poland).user), {}
    now = clock.now()
    for channel in (poland, japan):
        entry = Entry.objects.create(name="X", channel_id=channel.pk, occurred_at=now, recorded_at=now)
        failed = {"first_failed_at": now, "last_failed_at": now, "next_try_at": None}
        letters[channel.slug] = DeadLetter.objects.create(
            listener="t", entry=entry, error="e", attempts=5, **failed
        )
    ids = [letter.pk for letter in letters.values()]
    desk.post("/desk/journal/letters/retries/", {"letter": ids, "then": "aside"})
    assert list(DeadLetter.objects.open()) == [letters["japan"]]
    answer = desk.post("/desk/journal/letters/retries/")
    assert [str(message) for message in get_messages(answer.wsgi_request)][-1].startswith("0 ")
    replay = {"listener": "any", "since": "2026-01-01"}
    assert desk.post("/desk/journal/listeners/replays/", replay).status_code == 404
