"""Our own signed webhook: anything that can make an HMAC can tell us scans. Documented in docs/carriers.md."""
