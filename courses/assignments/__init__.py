"""What is asked of whom until when: assignments, obligations, reminders and escalation."""
