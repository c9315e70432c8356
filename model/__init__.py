"""What things are: the types and the vocabulary that every other package shares."""
