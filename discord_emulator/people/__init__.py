"""The simulated people, and the servers they live in, as tests and the demo use them."""
