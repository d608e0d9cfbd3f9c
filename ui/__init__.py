"""Pure rendering: facts of the domain in, Discord components and text out. No I/O, no state."""
