"""The desk's search among 1,000,000 customers; compare with the bare indexed query."""

from benchmarks._scratch import on_each_database

if __name__ == "__main__":
    on_each_database("benchmarks._customer_search")
