"""Plants faults in calls, answers and events, and looks who catches them: the emulator or the judge."""
