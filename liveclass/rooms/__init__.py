"""The room of a session: phases, people, stage, hands, and the log of everything durable."""
