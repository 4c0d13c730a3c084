"""The only writers of claims."""

from aftercart.claims.actions.decide import decide_claim
from aftercart.claims.actions.erase import erase_customer
from aftercart.claims.actions.make import make_claim
from aftercart.claims.actions.save_policy import PolicyOvertaken, save_policy
from aftercart.claims.actions.settle import settle_claim

__all__ = [
    "PolicyOvertaken",
    "decide_claim",
    "erase_customer",
    "make_claim",
    "save_policy",
    "settle_claim",
]
