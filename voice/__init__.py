"""Receiving sound: from the voice socket, through the consent gate, to utterances on disk."""
