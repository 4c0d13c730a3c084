"""Rows in the caller's transaction, once per key."""

from __future__ import annotations

import pytest
from django.db import transaction

from aftercart.kernel.outbox.enqueue import Request, send, send_all
from aftercart.kernel.outbox.models import Effect


@pytest.mark.django_db
def test_a_second_call_with_the_key_does_nothing() -> None:
    first = send("email", {"n": 1}, key="order-confirmed:7", purpose="transactional", subject="order:7")
    again = send("email", {"n": 2}, key="order-confirmed:7", purpose="transactional", subject="order:7")
    assert first is not None
    assert again is None
    assert Effect.objects.get().payload == {"n": 1}


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_has_no_effect() -> None:
    with transaction.atomic():
        send("email", {}, key="k", purpose="transactional")
        transaction.set_rollback(True)
    assert not Effect.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_it_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        send("email", {}, key="k", purpose="transactional")
    with pytest.raises(transaction.TransactionManagementError):
        send_all([])


@pytest.mark.django_db
@pytest.mark.parametrize(("key", "purpose"), [("", "marketing"), ("k" * 201, "marketing"), ("k", "spam")])
def test_nonsense_is_refused(key: str, purpose: str) -> None:
    with pytest.raises(ValueError, match=r"key|purpose"):
        send("email", {}, key=key, purpose=purpose)


@pytest.mark.django_db
def test_many_at_once_leave_out_known_keys() -> None:
    send("email", {"n": 0}, key="k1", purpose="marketing")
    send_all(Request(kind="email", payload={"n": n}, key=f"k{n}", purpose="marketing") for n in range(3))
    assert dict(Effect.objects.values_list("key", "payload__n")) == {"k0": 0, "k1": 0, "k2": 2}
