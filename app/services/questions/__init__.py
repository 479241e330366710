"""Read and edit the questions of a draft: versions, the bank of questions, comparison with an earlier round."""
