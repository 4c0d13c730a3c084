"""What a worker remembers never hides an entry: held against a model on random histories."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aftercart.kernel.journal.listening import Listener
from aftercart.kernel.journal.positions import Position
from aftercart.kernel.journal.watch import Watch

NAMES = ["bell", "door", "lamp"]
LISTENERS = {
    name: Listener(
        name=name, event_names=frozenset(names), handle=lambda batch: None, batch=10, hears_history=False
    )
    for name, names in {
        "bells": {"bell"},
        "doors_and_lamps": {"door", "lamp"},
        "everything": {""},
        "nothing_yet": {"window"},
    }.items()
}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(NAMES)),
        st.tuples(st.just("look"), st.booleans()),
        st.tuples(st.just("drain"), st.sampled_from(sorted(LISTENERS))),
        st.tuples(st.just("replay"), st.sampled_from(sorted(LISTENERS))),
    ),
    max_size=60,
)


class Model:
    """The journal as a list, positions as indexes into it."""

    def __init__(self) -> None:
        self.journal: list[str] = []
        self.positions = dict.fromkeys(LISTENERS, 0)
        self.generations = dict.fromkeys(LISTENERS, 0)

    def unheard(self, name: str, upto: int) -> bool:
        listener = LISTENERS[name]
        rest = self.journal[self.positions[name] : upto]
        return any(listener.hears_everything or entry in listener.event_names for entry in rest)


@given(steps=STEPS)
def test_whoever_has_something_to_hear_is_a_suspect(steps: list[tuple[str, str]]) -> None:
    model, watch = Model(), Watch(LISTENERS)
    for what, which in steps:
        seen = max(watch.seen.id, 0) if watch.seen.xid == 0 else 0
        if what == "write":
            model.journal.append(which)
        elif what == "look":
            fresh = frozenset(model.journal[seen:])
            watch.note_appeared(fresh if which else None, Position(0, len(model.journal)))
        elif what == "drain":
            model.positions[which] = len(model.journal)
            watch.note_drained(which, model.generations[which])
        else:
            model.positions[which] = 0
            model.generations[which] += 1
        seen = watch.seen.id if watch.seen.xid == 0 else 0
        owed = {name for name in LISTENERS if model.unheard(name, seen)}
        assert owed <= set(watch.suspects(model.generations))
        idle = set(watch.drained()) - owed
        assert all(not model.unheard(name, seen) for name in idle)
