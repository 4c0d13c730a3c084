"""The desk's doors: the list, one problem with its reasons, deciding, the policy; and nobody else's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from aftercart.claims.models import Claim, PolicyVersion
from aftercart.claims.testing import make_claim_on, make_delivered_order, make_policy
from aftercart.kernel.uploads.actions import add_photo
from aftercart.kernel.uploads.models import Upload
from aftercart.kernel.uploads.testing import make_photo
from aftercart.orders.models import Note, Order
from aftercart.stores.models import SavedView
from aftercart.stores.testing import make_channel, make_member, make_outsider, make_owner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads_here")]
BACKEND = "django.contrib.auth.backends.ModelBackend"
ANY = {"version": 1, "all": []}


@pytest.fixture
def ben(client: Client) -> Client:
    client.force_login(make_member("Ben").user, backend=BACKEND)
    return client


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(make_owner().user, backend=BACKEND)
    return client


def photographed(**values: Any) -> Claim:
    order = make_delivered_order()
    draft = f"draft:order:{order.pk}:photographed"
    add_photo(file=make_photo((64, 64)), purpose="claims", subject=draft, customer_id=order.customer_id)
    return make_claim_on(order, photos_of=draft, **values)


def test_the_list_shows_what_waits(ben: Client) -> None:
    claim = make_claim_on()
    page = ben.get("/desk/problems/").content.decode()
    for words in (f"Problem {claim.pk}", "Damaged", claim.order.number, "Sam Shopper", "Waiting for us"):
        assert words in page


def test_the_list_is_empty_in_words(ben: Client) -> None:
    assert "No problems" in ben.get("/desk/problems/").content.decode()
    assert "No problem fits" in ben.get("/desk/problems/?q=zzz").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=waiting", True),
        ("state=settled", False),
        ("kind=damaged", True),
        ("kind=wrong", False),
        ("outcome=refund", False),
        ("channel=main", True),
        ("channel=other", False),
        ("q=Shopper", True),
        ("q=nobody", False),
        ("state=nonsense", True),
        ("cursor=nonsense", True),
        ("cursor=2020-01-01T00:00:00+00:00~9", False),
    ],
)
def test_filters(ben: Client, query: str, found: object) -> None:
    claim = make_claim_on()
    assert (f"Problem {claim.pk}" in ben.get(f"/desk/problems/?{query}").content.decode()) is found


def test_a_problem_is_found_by_its_order_and_its_number(ben: Client) -> None:
    claim = make_claim_on()
    for text in (claim.order.number, claim.order.number.lower(), str(claim.pk)):
        assert f"Problem {claim.pk}" in ben.get(f"/desk/problems/?q={text}").content.decode(), text


def test_pages_of_the_list_follow_each_other(ben: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aftercart.claims.listing.SIZE", 2)
    made = [make_claim_on().pk for _ in range(5)]
    seen, cursor = [], ""
    for _ in range(3):
        answer = ben.get("/desk/problems/", {"cursor": cursor})
        seen += [claim.pk for claim in answer.context["claims"]]
        cursor = answer.context["next"]
    assert (seen, cursor) == (made[::-1], "")


def test_queries_do_not_grow_with_the_list(ben: Client, django_assert_num_queries: Any) -> None:
    make_claim_on()
    ben.get("/desk/problems/")
    with django_assert_num_queries(8):
        ben.get("/desk/problems/")
    for _ in range(5):
        make_claim_on()
    with django_assert_num_queries(8):
        ben.get("/desk/problems/")


def test_views_are_kept_and_forgotten(ben: Client) -> None:
    ben.post("/desk/problems/views/", {"name": "Broken", "kind": "damaged"})
    view = SavedView.objects.get()
    assert (view.page, view.query) == ("claims", {"kind": "damaged"})
    assert "Broken" in ben.get("/desk/problems/").content.decode()
    ben.post(f"/desk/problems/views/{view.pk}/")
    assert not SavedView.objects.exists()


def test_a_problem_shows_photos_facts_and_why_it_was_decided_so(ben: Client) -> None:
    make_policy()
    claim = photographed()
    page = ben.get(f"/desk/problems/{claim.pk}/").content.decode()
    for words in (
        "The rim is chipped.",
        "1 × Oak spoon",
        "Policy, version 1",
        "The rule “Small and shown” matched.",
        "Number of photos is at least 1",
        "Give back",
        "2 days before",
    ):
        assert words in page, words
    name = Upload.objects.get().name
    answer = ben.get(f"/desk/problems/{claim.pk}/photos/{name}/")
    assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        200,
        "image/jpeg",
        "nosniff",
    )


def test_what_the_policy_left_to_a_person_says_what_was_missing(ben: Client) -> None:
    make_policy()
    page = ben.get(f"/desk/problems/{make_claim_on().pk}/").content.decode()
    assert "No rule matched, so a person decides." in page
    assert "Did not match" in page


def test_ben_gives_the_money_back_and_records_it(ben: Client) -> None:
    claim = make_claim_on()
    ben.post(
        f"/desk/problems/{claim.pk}/decision/", {"outcome": "refund", "words": "Sorry!", "note": "Clear."}
    )
    claim.refresh_from_db()
    assert (claim.state, claim.outcome) == ("decided", "refund")
    page = ben.get(f"/desk/problems/{claim.pk}/").content.decode()
    for words in ("Sorry!", "Clear.", "Ben", "Refund it"):
        assert words in page
    ben.post(f"/desk/problems/{claim.pk}/settlement/")
    claim.refresh_from_db()
    assert claim.state == "settled"
    assert Order.objects.get(pk=claim.order_id).refunded_minor == 1250
    assert "Decide and tell" not in ben.get(f"/desk/problems/{claim.pk}/").content.decode()


def test_declining_needs_words(ben: Client) -> None:
    claim = make_claim_on()
    path = f"/desk/problems/{claim.pk}/decision/"
    page = ben.post(path, {"outcome": "declined"}, follow=True).content.decode()
    assert "never declined without a reason" in page
    assert ben.post(path, {}).status_code == 422
    ben.post(path, {"outcome": "declined", "words": "It is new on your photo."})
    claim.refresh_from_db()
    assert claim.state == "declined"


def test_a_note_stands_with_the_order(ben: Client) -> None:
    claim = make_claim_on()
    ben.post(f"/desk/problems/{claim.pk}/notes/", {"text": "Asked DHL."})
    assert Note.objects.get().text == f"Problem {claim.pk}: Asked DHL."


def test_it_stands_beside_order_customer_and_on_the_home_page(ada: Client) -> None:
    claim = make_claim_on()
    link = f"/desk/problems/{claim.pk}/"
    for path in (f"/desk/orders/{claim.order_id}/", f"/desk/customers/{claim.customer_id}/"):
        assert link in ada.get(path).content.decode(), path
    assert "Problems to decide" in ada.get("/desk/").content.decode()


def test_the_policy_is_written_moved_and_taken_away(ada: Client) -> None:
    assert "A person decides every problem" in ada.get("/desk/problems/policy/").content.decode()
    for version, name in enumerate(("First", "Second")):
        values = {"name": name, "rule": json.dumps(ANY), "outcome": "refund", "seen_version": version}
        assert ada.post("/desk/problems/policy/new/", values).status_code == 302
    ada.post("/desk/problems/policy/1/place/", {"to": "up", "seen_version": 2})
    page = ada.get("/desk/problems/policy/").content.decode()
    assert page.index("Second") < page.index("First")
    edited = {"name": "Third", "rule": json.dumps(ANY), "outcome": "replacement", "seen_version": 3}
    ada.post("/desk/problems/policy/0/", edited)
    ada.post("/desk/problems/policy/1/place/", {"to": "away", "seen_version": 4})
    newest = PolicyVersion.objects.first()
    assert newest is not None
    assert (newest.version, newest.rules) == (5, [{"name": "Third", "rule": ANY, "outcome": "replacement"}])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": ""}, "Give every rule a name."),
        ({"outcome": "declined"}, "no outcome that a policy may give"),
        ({"rule": "{"}, "this is no JSON"),
        ({"rule": '{"version": 1, "fact": "claim.value", "op": "is", "value": 3}'}, "claim.value"),
        ({"seen_version": "7"}, "Somebody else changed the policy"),
        ({"seen_version": "x"}, "Somebody else changed the policy"),
    ],
)
def test_a_policy_that_is_none_is_not_saved_and_what_was_written_stays(
    ada: Client, values: dict[str, str], words: str
) -> None:
    given = {"name": "Mine", "rule": json.dumps(ANY), "outcome": "refund", "seen_version": "0"} | values
    answer = ada.post("/desk/problems/policy/new/", given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page.replace("&quot;", '"')
    assert not PolicyVersion.objects.exists()


def test_the_editor_is_told_how_many_problems_fit(ada: Client) -> None:
    make_claim_on()
    answer = ada.post("/desk/problems/policy/preview/", {"rule": json.dumps(ANY)}).json()
    assert (answer["found"], answer["of"]) == (1, 1)


def doors(claim: Claim) -> list[tuple[str, str]]:
    name = Upload.objects.get().name
    one = f"/desk/problems/{claim.pk}/"
    policy = "/desk/problems/policy/"
    return [
        ("get", "/desk/problems/"),
        ("post", "/desk/problems/views/"),
        ("post", "/desk/problems/views/1/"),
        ("get", one),
        ("get", f"{one}photos/{name}/"),
        ("post", f"{one}decision/"),
        ("post", f"{one}settlement/"),
        ("post", f"{one}notes/"),
        ("get", policy),
        ("get", f"{policy}new/"),
        ("post", f"{policy}new/"),
        ("post", f"{policy}preview/"),
        ("get", f"{policy}0/"),
        ("post", f"{policy}0/place/"),
    ]


def test_mallory_gets_404_at_every_door_and_a_stranger_signs_in(client: Client) -> None:
    make_policy()
    claim = photographed()
    for method, path in doors(claim):
        answer = getattr(client, method)(path, {"outcome": "refund"})
        assert (answer.status_code, answer["Location"].startswith("/accounts/")) == (302, True), path
    client.force_login(make_outsider(), backend=BACKEND)
    for method, path in doors(claim):
        assert getattr(client, method)(path, {"outcome": "refund"}).status_code == 404, path


def test_a_colleague_of_another_channel_sees_nothing_of_it(client: Client) -> None:
    claim = photographed()
    member = make_member("Rita", "agent")
    member.channels.add(make_channel("other"))
    client.force_login(member.user, backend=BACKEND)
    assert f"Problem {claim.pk}" not in client.get("/desk/problems/").content.decode()
    for method, path in doors(claim)[3:8]:
        assert getattr(client, method)(path, {"outcome": "refund"}).status_code == 404, path
    assert Claim.objects.get().is_open


@pytest.mark.parametrize(
    ("role", "allowed"),
    [("viewer", {"see"}), ("warehouse", {"see"}), ("marketer", set()), ("agent", {"see", "decide"})],
)
def test_roles(client: Client, role: str, allowed: set[str]) -> None:
    claim = make_claim_on()
    client.force_login(make_member("Rita", role).user, backend=BACKEND)
    got = set()
    if client.get(f"/desk/problems/{claim.pk}/").status_code == 200:
        got.add("see")
    if client.post(f"/desk/problems/{claim.pk}/decision/", {"outcome": "refund"}).status_code != 404:
        got.add("decide")
    assert got == allowed
    assert client.get("/desk/problems/policy/").status_code == 404


def test_a_photo_of_another_claim_is_not_behind_this_ones_address(ben: Client, uploads_here: Path) -> None:
    photographed()
    other = make_claim_on()
    name = Upload.objects.get().name
    assert ben.get(f"/desk/problems/{other.pk}/photos/{name}/").status_code == 404
