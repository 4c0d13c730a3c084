"""Shoppers' events over HTTP to journal and profile; compare with bare inserts of the same rows."""

from benchmarks._scratch import on_each_database

if __name__ == "__main__":
    on_each_database("benchmarks._events")
