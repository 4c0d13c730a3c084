"""Every role at a guarded door, the outsider, the stranger, and what a restricted member sees."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.utils.translation import get_language, override

from aftercart.stores.accounts import StaffAccountAdapter
from aftercart.stores.models import Channel, User
from aftercart.stores.permissions import (
    StaffRequest,
    may,
    member_of,
    require,
    sees_channel,
    visible_channels,
    within_channels,
)
from aftercart.stores.rules import BY_ROLE, PERMISSIONS, UnknownPermission, permissions_of
from aftercart.stores.testing import make_channel, make_member, make_outsider, make_owner


@require("orders.refund")
def refund(request: StaffRequest, order_id: int) -> HttpResponse:
    return HttpResponse(f"{request.actor} {order_id} {'orders.view' in request.permissions}")


def ask(user: User | AnonymousUser, *, is_fragment: bool = False) -> HttpRequest:
    request = RequestFactory().get("/desk/orders/7/?tab=money")
    request.user = user
    request.htmx = is_fragment  # type: ignore[attr-defined]
    return request


@pytest.mark.django_db
def test_a_member_whose_role_allows_it_comes_in() -> None:
    ada = make_owner()
    assert refund(ask(ada.user), order_id=7).content == f"staff:{ada.pk} 7 True".encode()  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_role_without_the_permission_gets_404_like_an_outsider() -> None:
    for user in (make_member("Vera", "viewer").user, make_outsider()):
        with pytest.raises(Http404):
            refund(ask(user), order_id=7)


@pytest.mark.django_db
@override_settings(LOGIN_URL="/accounts/login/")
def test_a_stranger_is_sent_to_sign_in() -> None:
    answer = refund(ask(AnonymousUser()), order_id=7)
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/desk/orders/7/%3Ftab%3Dmoney"
    fragment = refund(ask(AnonymousUser(), is_fragment=True), order_id=7)
    assert (fragment.status_code, fragment["HX-Redirect"]) == (401, "/accounts/login/")


def test_a_permission_that_does_not_exist_is_refused_where_it_is_written() -> None:
    with pytest.raises(UnknownPermission, match="There is no permission"):
        require("orders.refnd")


def test_roles_hold_known_permissions_and_only_the_owner_all() -> None:
    assert all(held <= PERMISSIONS for held in BY_ROLE.values())
    assert [role for role, held in BY_ROLE.items() if held == PERMISSIONS] == ["owner"]
    assert permissions_of("nobody") == frozenset()


@pytest.mark.django_db
def test_the_member_is_asked_for_once_per_request(django_assert_num_queries: object) -> None:
    ben = make_member()
    request = ask(ben.user)
    with django_assert_num_queries(2):  # type: ignore[operator]
        ben_again = member_of(request)
        assert ben_again == ben
        assert may(request, "questions.answer")
        assert not may(request, "team.manage")
        assert sees_channel(ben_again, 7)


@pytest.mark.django_db
def test_channels_restrict_what_a_member_sees() -> None:
    main, other = make_channel("main"), make_channel("other")
    everywhere, restricted = make_member("Ben"), make_member("Carla")
    restricted.channels.add(main)
    assert set(visible_channels(everywhere)) == {main, other}
    assert list(visible_channels(restricted)) == [main]
    assert list(within_channels(Channel.objects.all(), restricted, field="pk")) == [main]
    assert within_channels(Channel.objects.all(), everywhere, field="pk").count() == 2
    assert sees_channel(restricted, main.pk)
    assert sees_channel(restricted, None)
    assert not sees_channel(restricted, other.pk)


@pytest.mark.django_db
def test_the_desk_speaks_english_whatever_the_browser_prefers() -> None:
    @require("orders.view")
    def language(request: StaffRequest) -> HttpResponse:
        return HttpResponse(str(get_language()))

    request = ask(make_owner().user)
    with override("pl"):
        answer = language(request)
        assert get_language() == "pl"
    assert answer.content == b"en"  # type: ignore[attr-defined]
    assert answer["Content-Language"] == "en"


def test_wrong_passwords_are_counted_against_the_visitor_behind_the_proxy() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="9.9.9.9, 198.51.100.7")
    assert StaffAccountAdapter(request).get_client_ip(request) == "198.51.100.7"
    claimed = RequestFactory().get("/", REMOTE_ADDR="198.51.100.8", HTTP_X_FORWARDED_FOR="9.9.9.9")
    assert StaffAccountAdapter(claimed).get_client_ip(claimed) == "198.51.100.8"
