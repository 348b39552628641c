"""The pages around a live room: list, form, share page, calendar file, prepared polls."""
