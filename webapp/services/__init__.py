"""The rules: plain classes whose collaborators come through `__init__`; no HTTP and no RQ."""
