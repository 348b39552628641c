"""My record: what counts and why, for oneself and for those who look after one."""
