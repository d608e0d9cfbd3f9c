"""What Discord refuses: pure checks of request bodies.

Every ``check_…`` function takes the decoded JSON body and returns ``None``, or raises
:class:`~discord_emulator.errors.ApiError` with all faults of the body at once (code 50035), or with the specific
code that Discord has for the case (50006 for an empty message, 30032 for too many commands, …).

Limits and rules: https://docs.discord.com/developers/ (components, interactions and resources sections) and
Discord's OpenAPI description. Where Discord accepts a mistake in silence, e.g. a misspelt key or a flag that it
drops, the checks refuse it, since a local Discord is there to find mistakes: such faults bear a code that begins
with ``EMULATOR_``, so that nobody takes them for Discord's own. So do refusals whose code Discord does not publish.
"""
