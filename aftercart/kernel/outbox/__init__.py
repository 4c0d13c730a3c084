"""The outbox: an outside effect is a row first, written with the change that wants it, done after commit."""
