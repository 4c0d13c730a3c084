"""Money through providers: charges, refunds and what providers say of them, one path for webhook and return page."""
