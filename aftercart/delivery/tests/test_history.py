from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.delivery.history import (
    CONCENTRATION,
    Arrived,
    Knowledge,
    Place,
    Recent,
    distributions,
    factor_of,
    kaplan_meier,
    learn,
    pinball,
    quantile,
    share_within,
    whole_days,
)

TODAY = date(2026, 3, 2)
WARSAW = Place(carrier="dhl", country="PL", region="00")


def known(days: list[int], place: Place = WARSAW, recent: list[Recent] | None = None) -> Knowledge:
    return learn([Arrived(place=place, days=one) for one in days], recent or [], on=TODAY)


def test_quantiles_between_whole_days() -> None:
    rows = distributions([Arrived(place=Place(), days=d, count=10) for d in (2, 3, 4, 5)])
    cdf = rows[Place()].cdf
    assert quantile(cdf, 0.5) == pytest.approx(3.0)
    assert quantile(cdf, 0.9) == pytest.approx(4.6)
    assert share_within(cdf, 4.6) == pytest.approx(0.9)
    assert share_within(cdf, -1) == 0
    assert share_within(cdf, 10**6) == 1
    assert whole_days(4.6) == 5


def test_a_place_is_shrunk_to_the_one_above_by_the_formula() -> None:
    other = Place(carrier="dhl", country="DE", region="10")
    rows = distributions([Arrived(place=other, days=2, count=980), Arrived(place=WARSAW, days=6, count=20)])
    poland = rows[Place(carrier="dhl", country="PL")].cdf
    whole = rows[Place(carrier="dhl")].cdf
    assert rows[Place()].cdf[2] == pytest.approx(0.98)
    assert poland[2] == pytest.approx((0 + CONCENTRATION * whole[2]) / (20 + CONCENTRATION))
    assert rows[WARSAW].cdf[2] == pytest.approx((0 + CONCENTRATION * poland[2]) / (20 + CONCENTRATION))
    assert rows[WARSAW].deliveries == 20


def test_much_of_ones_own_outweighs_the_rest() -> None:
    many = [
        Arrived(place=WARSAW, days=6, count=5000),
        Arrived(place=Place(carrier="ups"), days=1, count=5000),
    ]
    assert quantile(distributions(many)[WARSAW].cdf, 0.5) == pytest.approx(5.5, abs=0.05)


def test_two_hundred_deliveries_make_a_promise() -> None:
    assert known([3] * 199).expected(WARSAW) is None
    expected = known([2] * 20 + [3] * 120 + [6] * 60).expected(WARSAW)
    assert expected
    assert (expected.likely, expected.by, expected.deliveries) == (3, 6, 200)
    assert expected.place == WARSAW


def test_a_place_nobody_sent_to_gets_what_is_known_above() -> None:
    knowledge = known([3] * 300)
    assert knowledge.nearest(Place(carrier="dhl", country="PL", region="99")) == (
        Place(carrier="dhl", country="PL"),
        knowledge.rows[Place(carrier="dhl", country="PL")],
    )
    nowhere = knowledge.nearest(Place(carrier="ups", country="JP"))
    assert nowhere
    assert nowhere[0] == Place()


def test_kaplan_meier_as_in_the_textbook() -> None:
    """The leukaemia patients of Freireich et al. (1963) on 6-MP: the estimate crosses 0.5 at week 23."""
    told = [
        (6, 1),
        (6, 1),
        (6, 1),
        (6, 0),
        (7, 1),
        (9, 0),
        (10, 1),
        (10, 0),
        (11, 0),
        (13, 1),
        (16, 1),
        (17, 0),
    ]
    told += [(19, 0), (20, 0), (22, 1), (23, 1), (25, 0), (32, 0), (32, 0), (34, 0), (35, 0)]
    scored = [(float(week), bool(died), 1.0) for week, died in told]
    assert kaplan_meier(scored, 0.5) == 23
    assert kaplan_meier(scored, 0.25) == 13
    assert kaplan_meier(scored, 0.9) == 35  # never reached: the greatest seen


def test_a_carrier_that_got_slower_is_noticed_before_its_parcels_arrive() -> None:
    """Of the newest orders nothing older than three days has come, which used to take two."""
    knowledge = known([2] * 500)
    slow = [
        Recent(place=WARSAW, placed_on=TODAY - timedelta(days=age), days=6 if age > 6 else None, count=10)
        for age in range(1, 15)
    ]
    factor = factor_of(knowledge.rows, slow, level=0.9, on=TODAY)
    assert factor == pytest.approx(6 / quantile(knowledge.rows[WARSAW].cdf, 0.9))
    ignoring = [one for one in slow if one.days]
    assert factor_of(knowledge.rows, ignoring, level=0.5, on=TODAY) == pytest.approx(4, rel=0.01)


def test_too_little_that_is_new_changes_nothing() -> None:
    knowledge = known([2] * 500)
    few = [Recent(place=WARSAW, placed_on=TODAY - timedelta(days=9), days=8, count=29)]
    assert factor_of(knowledge.rows, few, level=0.9, on=TODAY) == 1.0
    old = [Recent(place=WARSAW, placed_on=TODAY - timedelta(days=61), days=8, count=500)]
    assert factor_of(knowledge.rows, old, level=0.9, on=TODAY) == 1.0


def test_what_to_expect_after_waiting() -> None:
    knowledge = known([2] * 500 + [5] * 300 + [9] * 200)
    assert knowledge.expected(WARSAW)
    after = knowledge.expected_after(WARSAW, 5)
    assert after
    assert (after.likely, after.by) == (9, 9)
    assert knowledge.expected_after(WARSAW, 9) is None  # nothing ever took longer


@given(st.lists(st.integers(0, 40), min_size=200, max_size=400), st.integers(0, 30))
def test_waiting_never_brings_the_day_nearer(days: list[int], waited: int) -> None:
    knowledge = known(days)
    now, later = knowledge.expected_after(WARSAW, waited), knowledge.expected_after(WARSAW, waited + 1)
    if now and later:
        assert waited < now.likely <= now.by
        assert now.by <= later.by
    first = knowledge.expected(WARSAW)
    assert first
    assert 0 <= first.earliest <= first.likely <= first.by


def test_promises_hold_as_often_as_they_say() -> None:
    """Deliveries drawn from one distribution: nine of ten promises by ``by`` hold."""
    rng = Random(7)
    past = [min(40, 1 + int(rng.expovariate(0.25))) for _ in range(4000)]
    expected = known(past).expected(WARSAW)
    assert expected
    new = [min(40, 1 + int(rng.expovariate(0.25))) for _ in range(4000)]
    assert 0.89 <= sum(days <= expected.by for days in new) / len(new) <= 0.95


def test_pinball() -> None:
    assert pinball(actual=12, promised=10, level=0.9) == pytest.approx(1.8)
    assert pinball(actual=8, promised=10, level=0.9) == pytest.approx(0.2)
