"""Components take what they are given, keep content escaped and see nothing else of the page."""

from __future__ import annotations

import pytest
from django import forms
from django.template import TemplateDoesNotExist, TemplateSyntaxError

from aftercart.kernel.ui import icons
from aftercart.kernel.ui.fields import Switch
from aftercart.kernel.ui.tests.rendering import render

EVIL = "<script>alert(1)</script>"


class Order(forms.Form):
    """One field of each layout."""

    email = forms.EmailField(help_text="To this one.")
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"class": "tall"}))
    terms = forms.BooleanField()
    live = forms.BooleanField(required=False, widget=Switch)
    speed = forms.ChoiceField(choices=[("s", "Slow"), ("f", "Fast")], widget=forms.RadioSelect)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_what_people_wrote_is_escaped_everywhere() -> None:
    page = render(
        '{% component "badge" label=evil %}{% wrap "card" title=evil %}{{ evil }}'
        "{% part 'foot' %}{{ evil }}{% endpart %}{% endwrap %}",
        evil=EVIL,
    )

    assert EVIL not in page
    assert page.count("&lt;script&gt;") == 4


def test_content_and_parts_find_their_place() -> None:
    page = render(
        '{% wrap "card" title="Payment" %}{% part "actions" %}ACT{% endpart %}BODY'
        '{% wrap "callout" %}INNER{% endwrap %}{% endwrap %}'
    )

    assert page.index("Payment") < page.index("ACT") < page.index("BODY") < page.index("INNER")


def test_a_component_sees_only_what_it_is_given() -> None:
    assert "secret" not in render('{% component "badge" label="Paid" %}', title="secret", tone="secret")


def test_an_unknown_component_is_an_error() -> None:
    with pytest.raises(TemplateDoesNotExist):
        render('{% component "no-such-thing" %}')


@pytest.mark.parametrize("source", ["{% wrap %}x{% endwrap %}", "{% part %}x{% endpart %}"])
def test_wrap_and_part_need_a_name(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        render(source)


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(icons.UnknownIconError, match="no icon 'nope'"):
        render('{% icon "nope" %}')


def test_an_icon_is_decoration_unless_it_is_named() -> None:
    assert 'aria-hidden="true"' in render('{% icon "check" %}')
    assert 'role="img" aria-label="Done"' in render('{% icon "check" label="Done" %}')


def test_every_kind_of_field_has_its_label() -> None:
    page = render("{{ form }}", form=Order())

    assert '<label class="field-label" for="id_email">Email' in page
    assert 'class="input tall"' in page
    assert 'aria-describedby="id_email_helptext"' in page
    assert 'class="choice switch"' in page
    assert page.count("<fieldset") == 1
    assert page.count('<span class="field-optional">') == 1  # the note; a choice to leave off says so itself
    assert '<input type="hidden" name="token"' in page


def test_a_refused_field_says_why_beside_it() -> None:
    form = Order({"email": "sam@"})
    page = render("{% field form.email %}", form=form)

    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_email_helptext id_email_error"' in page
    assert 'id="id_email_error"' in page
    assert "Enter a valid email address." in page


def test_the_summary_links_to_the_fields() -> None:
    page = render('{% wrap "form" form=form %}{% field form.email %}{% endwrap %}', form=Order({}))

    assert '<a href="#id_email">' in page
    assert 'role="alert"' in page


def test_pages_of_a_list_keep_the_filters() -> None:
    page = render('{% component "pagination" next="b" %}', "/?q=sam&cursor=a")

    assert 'href="?q=sam&amp;cursor=b"' in page
    assert 'aria-disabled="true"' in page


def test_one_page_needs_no_pages() -> None:
    assert render('{% component "pagination" %}').strip() == ""


@pytest.mark.parametrize(
    ("sort", "address", "state"),
    [
        ("-total", "?sort=total", 'aria-sort="descending"'),
        ("total", "?sort=-total", 'aria-sort="ascending"'),
        ("name", "?sort=-total", "<th"),
    ],
)
def test_a_head_sorts_the_other_way(sort: str, address: str, state: str) -> None:
    page = render(f'{{% component "sort-header" label="Total" key="total" sort="{sort}" %}}', "/?cursor=x")

    assert f'href="{address}"' in page
    assert state in page


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{% money 1999 'EUR' %}", "€19.99"),
        ("{% money None 'EUR' %}", ""),
        ("{{ 12345|count }}", "12,345"),
        ("{{ 'abc'|make_list|count }}", "3"),
        ("{{ ''|count }}", ""),
        ("{{ 0.071|percent }}", "7.1%"),
        ("{% when None %}", ""),
        ("{{ 'error'|tone_class }}{{ ''|tone_class }}", "tone-danger"),
    ],
)
def test_words_for_values(source: str, text: str) -> None:
    assert render(source) == text
