"""The domain: what a Space is and its rules, in plain Python. Knows neither Discord, nor a database, nor sound."""
