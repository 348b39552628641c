"""The packet-forwarding media server: WHIP in, WHEP out, encoded RTP forwarded untouched.

A process of its own (``python -m realtime.sfu``) without Django. A packet's way through it:
``ice_lite`` (socket) → ``srtp`` → ``uptrack`` (cache, repair) → ``fanout`` → socket.
"""
