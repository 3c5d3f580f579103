"""The benchmark: `python -m tests.benchmarks` prints a table and writes `.bench/result.json`. It needs no network."""
