"""The recordings that the demo plays, and the script that makes them."""
