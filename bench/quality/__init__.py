"""How well texts are understood and told apart, measured on labelled data."""
