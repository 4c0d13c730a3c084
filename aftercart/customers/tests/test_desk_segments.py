"""Segments on the desk: marketers write rules, everybody else finds no such page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django import DjangoAssertNumQueries

from aftercart.customers.actions import SegmentOvertakenError, add_segment, save_segment
from aftercart.customers.models import Customer, Segment
from aftercart.customers.testing import make_customer
from aftercart.kernel.journal.models import Entry
from aftercart.kernel.rules import RuleError
from aftercart.kernel.ui.testing import OpenPage, assert_accessible, screenshot
from aftercart.stores.models import Role
from aftercart.stores.testing import make_channel, make_member, make_outsider

POLES = {"version": 1, "all": [{"fact": "customer.country", "op": "is", "value": "PL"}]}
FAULTY = {"version": 1, "all": [{"fact": "customer.country", "op": "is", "value": "Poland"}]}


@pytest.fixture
def marketer(client: Client, db: None) -> Client:
    """Ben, who does the marketing, signed in; three customers, one of them in Poland."""
    client.force_login(make_member(role=Role.MARKETER).user)
    make_channel(currency="PLN")
    make_customer("Sam Shopper", country="DE")
    make_customer("Łucja Żak", email="lucja@poczta.example", country="PL")
    make_customer("Erased", email="gone@poczta.example", country="PL")
    Customer.objects.filter(name="Erased").update(erased_at="2026-01-01T00:00:00Z")
    return client


def make_segment(rule: dict[str, Any] | None = None) -> Segment:
    return add_segment(name="People in Poland", rule=rule or POLES, actor="test")


@pytest.mark.parametrize("role", [Role.AGENT, Role.WAREHOUSE, Role.VIEWER, None])
@pytest.mark.parametrize("name", ["desk-segments", "desk-segment-new", "desk-segment"])
def test_who_may_not_edit_rules_finds_nothing(client: Client, db: None, role: str | None, name: str) -> None:
    client.force_login(make_member("Carl", role).user if role else make_outsider())
    arguments = [make_segment().pk] if name == "desk-segment" else []
    assert client.get(reverse(name, args=arguments)).status_code == 404


def test_a_stranger_is_asked_to_sign_in(client: Client, db: None) -> None:
    assert client.get(reverse("desk-segments")).status_code == 302
    assert client.post(reverse("desk-segment-preview"), {"rule": "{}"}).status_code == 302


def test_a_segment_is_made_told_and_shown(marketer: Client) -> None:
    answer = marketer.post(reverse("desk-segment-new"), {"name": " Poles ", "rule": json.dumps(POLES)})
    made = Segment.objects.get()
    assert (made.name, made.rule, made.version) == ("Poles", POLES, 1)
    assert answer["Location"] == reverse("desk-segment", args=[made.pk])
    assert Entry.objects.filter(subject=f"segment:{made.pk}").count() == 1
    assert "country is Poland" in marketer.get(reverse("desk-segments")).text.lower().replace(
        "poland", "Poland"
    )


def test_a_faulty_rule_is_shown_again_with_the_place(marketer: Client) -> None:
    answer = marketer.post(reverse("desk-segment-new"), {"name": "Poles", "rule": json.dumps(FAULTY)})
    assert answer.status_code == 422
    assert "/all/0/value: write a country as its two letters" in answer.text
    assert not Segment.objects.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 10_000, '{"version": 1}'])
def test_what_is_no_rule_is_refused(marketer: Client, text: str) -> None:
    assert marketer.post(reverse("desk-segment-new"), {"name": "X", "rule": text}).status_code == 422
    assert marketer.post(reverse("desk-segment-preview"), {"rule": text}).json()["problems"]


def test_a_name_is_taken_once(marketer: Client) -> None:
    make_segment()
    answer = marketer.post(
        reverse("desk-segment-new"), {"name": "People in Poland", "rule": json.dumps(POLES)}
    )
    assert answer.status_code == 422
    assert "Another segment has this name." in answer.text


def test_only_another_rule_raises_the_version(db: None) -> None:
    made = make_segment()
    renamed = save_segment(segment_id=made.pk, name="Polska", rule=POLES, actor="test", seen_version=1)
    assert (renamed.name, renamed.version) == ("Polska", 1)
    other = {"version": 1, "all": []}
    assert (
        save_segment(segment_id=made.pk, name="Polska", rule=other, actor="test", seen_version=1).version == 2
    )
    with pytest.raises(SegmentOvertakenError):
        save_segment(segment_id=made.pk, name="Polska", rule=POLES, actor="test", seen_version=1)
    with pytest.raises(RuleError):
        save_segment(segment_id=made.pk, name="Polska", rule=FAULTY, actor="test", seen_version=2)


def test_two_editors_do_not_overwrite_each_other(marketer: Client) -> None:
    made = make_segment()
    save_segment(
        segment_id=made.pk, name="Mine", rule={"version": 1, "all": []}, actor="test", seen_version=1
    )
    late = {"name": "Theirs", "rule": json.dumps(POLES), "seen_version": "1"}
    answer = marketer.post(reverse("desk-segment", args=[made.pk]), late)
    assert answer.status_code == 422
    assert "Somebody else changed this rule" in answer.text


def test_the_preview_counts_those_who_are_known(marketer: Client) -> None:
    answer = marketer.post(reverse("desk-segment-preview"), {"rule": json.dumps(POLES)}).json()
    assert (answer["said"], answer["words"]["parts"][0]["text"]) == ("1 of 2 customers", "country is Poland")


def test_the_people_and_the_count(
    marketer: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    made = make_segment()
    with django_assert_max_num_queries(8):
        answer = marketer.post(
            reverse("desk-segment-people"), {"rule": json.dumps(POLES), "segment_id": made.pk}
        )
    assert "Łucja" in answer.text
    assert "Sam" not in answer.text
    assert marketer.get(reverse("desk-segment-count", args=[made.pk])).text.strip() == "1"


def test_why_somebody_is_not_in_it(marketer: Client) -> None:
    sam = Customer.objects.get(name="Sam Shopper")
    page = marketer.get(reverse("desk-segment-member", args=[make_segment().pk, sam.pk])).text
    assert "Not in the segment" in page
    assert "Germany" in page


def test_a_rule_about_what_is_gone_is_told_everywhere(marketer: Client) -> None:
    made = make_segment()
    gone = {"version": 1, "all": [{"fact": "customer.shoe_size", "op": "is", "value": 43}]}
    Segment.objects.filter(pk=made.pk).update(rule=gone)
    assert "Out of order" in marketer.get(reverse("desk-segments")).text
    assert marketer.get(reverse("desk-segment", args=[made.pk])).status_code == 200
    assert "not counted" in marketer.get(reverse("desk-segment-count", args=[made.pk])).text
    sam = Customer.objects.get(name="Sam Shopper")
    answer = marketer.get(reverse("desk-segment-member", args=[made.pk, sam.pk]), follow=True)
    assert "The rule is out of order" in answer.text


def test_a_segment_is_deleted_by_post_only(marketer: Client) -> None:
    made = make_segment()
    address = reverse("desk-segment-deletion", args=[made.pk])
    assert marketer.get(address).status_code == 405
    assert marketer.post(address)["Location"] == reverse("desk-segments")
    assert not Segment.objects.exists()


RECENT = {"all": [{"fact": "order.placed_at", "op": "within_last", "value": {"days": 90}}]}
RICH = {
    "version": 1,
    "all": [
        {"fact": "customer.country", "op": "is_any_of", "value": ["PL", "DE"]},
        {"fact": "customer.consent", "with": {"purpose": "marketing"}, "op": "is", "value": False},
        {"count": "customer.orders", "where": RECENT, "op": "at_most", "value": 2},
        {
            "sum": "customer.orders",
            "of": "order.total",
            "op": "less_than",
            "value": {"minor": 5000, "currency": "PLN"},
        },
        {"not": {"any": [{"fact": "customer.tags", "op": "has_any_of", "value": ["blocked"]}]}},
    ],
}


def rule_of(page: Page) -> Any:
    return json.loads(page.locator("#id_rule").input_value())


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_pages_look_right_and_are_accessible(
    open_page: OpenPage, marketer: Client, width: int, scheme: str
) -> None:
    made = make_segment(RICH)
    page = open_page(reverse("desk-segment", args=[made.pk]), width=width, scheme=scheme, client=marketer)
    expect(page.locator("[data-rule-count]")).to_have_text("2 of 2 customers")
    assert rule_of(page) == RICH
    screenshot(page, f"segment-{width}-{scheme}")
    assert_accessible(page)
    page.get_by_role("link", name="Why? Łucja Żak").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Łucja Żak")
    screenshot(page, f"segment-member-{width}-{scheme}")
    assert_accessible(page)
    page.goto(page.url.split("/desk/")[0] + reverse("desk-segments"))
    expect(page.locator("td[data-label=People]")).to_have_text("2")
    screenshot(page, f"segments-{width}-{scheme}")
    assert_accessible(page)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_rule_is_written_with_the_keyboard(open_page: OpenPage, marketer: Client) -> None:
    page = open_page(reverse("desk-segment-new"), client=marketer)
    count, focus = page.locator("[data-rule-count]"), page.locator(":focus")
    expect(count).to_have_text("2 of 2 customers")
    page.get_by_label("Name").fill("Poles")
    page.get_by_role("button", name="Add condition").press("Enter")
    expect(focus).to_have_attribute("aria-label", "What")
    page.keyboard.press("Tab")
    focus.select_option("is any of")
    expect(focus).to_have_attribute("aria-label", "Operator")
    page.keyboard.press("Tab")
    focus.select_option("Poland")
    expect(count).to_have_text("1 of 2 customers")
    expect(page.locator("[data-rule-words]")).to_have_text("Country is Poland")
    page.locator(".rule-adders").get_by_role("button", name="Add group").press("Enter")
    group = page.get_by_role("group", name="Condition 2", exact=True)
    group.get_by_label("What").select_option("Name")
    group.get_by_label("Operator").select_option("contains")
    group.get_by_label("Value").fill("SHOP")
    expect(count).to_have_text("0 of 2 customers")
    group.get_by_role("button", name="Move Condition 2.1 up").press("Enter")
    expect(focus).to_have_attribute("aria-label", "Move Condition 2 up")
    expect(page.locator("[data-rule-said]")).to_have_text("Moved up.")
    page.keyboard.press("Alt+ArrowUp")
    assert [part.get("fact") for part in rule_of(page)["all"]] == ["customer.name", "customer.country"]
    page.get_by_role("button", name="Remove Condition 2").press("Enter")
    expect(focus).to_have_attribute("aria-label", "Remove Condition 1")
    expect(count).to_have_text("1 of 2 customers")
    page.get_by_role("button", name="Save segment").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Poles")
    contains = {"fact": "customer.name", "op": "contains", "value": "SHOP"}
    assert Segment.objects.get().rule == {"version": 1, "all": [contains]}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_is_unfinished_is_said_at_its_place(open_page: OpenPage, marketer: Client) -> None:
    page = open_page(reverse("desk-segment-new"), client=marketer)
    page.get_by_label("Name").fill("Big spenders")
    page.get_by_role("button", name="Add condition").click()
    page.get_by_label("What").select_option("Orders")
    page.get_by_label("How it is asked").select_option("sum of total")
    expect(page.locator("[data-rule-count]")).to_have_text("Finish the conditions to see who matches.")
    assert page.locator(".field-error:visible").count() == 0
    page.get_by_role("button", name="Save segment").click()
    amount = page.get_by_label("Value, amount")
    expect(amount).to_be_focused()
    expect(amount).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".field-error:visible")).to_contain_text("Write the amount in whole minor units")
    assert_accessible(page)
    amount.fill("49.90")
    expect(page.locator("[data-rule-count]")).to_have_text("0 of 2 customers")
    assert page.locator(".field-error:visible").count() == 0
    assert rule_of(page)["all"][0]["value"] == {"minor": 4990, "currency": "PLN"}
