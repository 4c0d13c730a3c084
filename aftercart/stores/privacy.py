"""The team's own tables: about colleagues and the merchant, never about customers."""

from __future__ import annotations

from aftercart.kernel.privacy.registry import Table, Treatment, personal_data

personal_data(
    app="stores",
    tables=[
        Table(
            model=f"stores.{name}",
            treatment=Treatment.KEPT,
            retention="as long as the colleague is on the team",
            reason="about colleagues and the merchant, not about customers",
        )
        for name in ("User", "StaffMember", "Merchant", "ApiToken", "SavedView", "Invitation")
    ],
)
