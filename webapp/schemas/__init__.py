"""What crosses the border through both doors: form and JSON in, JSON out; one file a noun."""
