"""`make chaos`: the real processes under random faults, and every promise checked from outside."""
