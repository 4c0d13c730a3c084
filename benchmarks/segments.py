"""A rule over 1,000,000 customers and 3,000,000 orders, compiled; compare with the same in plain SQL."""

from benchmarks._scratch import on_each_database

if __name__ == "__main__":
    on_each_database("benchmarks._segments")
