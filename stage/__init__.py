"""Discord behind the domain's ports: stage channels, messages for the room, private words, reports."""
