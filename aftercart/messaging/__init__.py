"""Messages to customers: kinds that apps declare, words in five languages, mail through the outbox."""
