"""Change the text of a survey file one step at a time: every result is a survey that loads, or a refusal."""
