"""What every JSON door shares: problems, cursors, idempotency, and the types of fields."""
