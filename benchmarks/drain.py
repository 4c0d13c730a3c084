"""Three listeners told a full journal by one worker; compare with selecting and decoding the same rows."""

from benchmarks._scratch import on_each_database

if __name__ == "__main__":
    on_each_database("benchmarks._drain")
