"""Measuring: what scripts/awfy, compare-lua, count-instructions and lab share.

One module, one matter: process (run a child and account for it), harness_log (read what a benchmark
harness printed), intervals (medians and bootstrap confidence intervals), suites and upstream (which
benchmarks there are and how they are started), session (interleaved runs), results (files), report
(tables), plots (pictures). Only plots (matplotlib) and intervals (SciPy) need anything beyond Python itself.
"""
