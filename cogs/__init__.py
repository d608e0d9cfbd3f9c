"""What people in Discord touch. A handler converts, calls one service, renders; rules live in ``spaces``."""
