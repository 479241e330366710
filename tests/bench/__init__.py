"""Speed and weight, told as ratios to a floor that is measured in the same run. Nothing here is a test."""
