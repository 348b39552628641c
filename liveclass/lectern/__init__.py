"""Where slides come in and go out: sending files, making them ready, and serving them."""
