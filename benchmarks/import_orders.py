"""100,000 real orders into the shop: seconds, memory, and a ratio to bare ``executemany`` of the same rows.

The Online Retail year (shared real data) five times over, each time a year later, into SQLite and into PostgreSQL.
"""

from benchmarks._scratch import on_each_database

if __name__ == "__main__":
    on_each_database("benchmarks._import_orders")
