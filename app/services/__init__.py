"""What a person can do, one file for each word: answering, fieldwork, boxes, codes, letters, population ..."""
