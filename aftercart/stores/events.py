"""What happens to the merchant's own things."""

from __future__ import annotations

from aftercart.kernel.journal.events import Event, event


@event
class ChannelChanged(Event):
    """A channel was added or changed; ``fields`` names what."""

    channel_id: int
    slug: str
    fields: tuple[str, ...]

    @property
    def subject(self) -> str:
        return f"channel:{self.channel_id}"


@event
class MerchantChanged(Event):
    """The merchant's own data changed; ``fields`` names what."""

    fields: tuple[str, ...]


@event
class TokenMade(Event):
    """Somebody made an API token."""

    token_id: int
    scopes: tuple[str, ...]

    @property
    def subject(self) -> str:
        return f"token:{self.token_id}"


@event
class TokenRevoked(Event):
    """An API token was taken back."""

    token_id: int

    @property
    def subject(self) -> str:
        return f"token:{self.token_id}"


@event
class ColleagueInvited(Event):
    """Somebody may join the team by a link."""

    invitation_id: int
    role: str

    @property
    def subject(self) -> str:
        return f"invitation:{self.invitation_id}"


@event
class InvitationRevoked(Event):
    """An invitation was taken back before anybody joined by it."""

    invitation_id: int

    @property
    def subject(self) -> str:
        return f"invitation:{self.invitation_id}"


@event
class MemberJoined(Event):
    """Somebody joined the team."""

    member_id: int
    role: str

    @property
    def subject(self) -> str:
        return f"staff:{self.member_id}"


@event
class MemberChanged(Event):
    """A colleague's role or channels changed."""

    member_id: int
    role: str

    @property
    def subject(self) -> str:
        return f"staff:{self.member_id}"


@event
class MemberLeft(Event):
    """A colleague left the team: their account is closed, what they did stays."""

    member_id: int

    @property
    def subject(self) -> str:
        return f"staff:{self.member_id}"
