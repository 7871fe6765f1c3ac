"""`make replay`: the monitoring job over real HTTP and SMTP, with answers that lie in files."""
