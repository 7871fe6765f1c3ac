"""The demo workspace: invented people, clients and a month of history."""
