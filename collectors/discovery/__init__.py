"""Who is there: questions that need no login, put to many addresses at a steady rate."""
