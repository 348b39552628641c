"""The demo: an invented heat-and-power company with classes around today."""
