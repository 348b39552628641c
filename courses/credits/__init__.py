"""What counts: the ledger of credit hours, what is required, and how far somebody is."""
