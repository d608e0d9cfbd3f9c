"""What can happen in the emulated world: rules, changes and the events they cause, whoever asked for it."""
