"""The wire between room page and server: typed messages, nothing else. Imports msgspec only."""
