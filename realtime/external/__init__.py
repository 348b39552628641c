"""The gateway to an existing WHIP/WHEP engine: it takes the media process's place, and the platform
notices nothing. Signalling only; sound and picture go between the browsers and the engine."""
