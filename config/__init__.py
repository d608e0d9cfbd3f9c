"""What the people who run the bot decide: a commented YAML file, checked as a whole before anything starts."""
