"""Scans of many parcels taken in batches, derived and told; compare with inserting the same rows bare."""

from benchmarks._scratch import on_each_database

if __name__ == "__main__":
    on_each_database("benchmarks._scans")
