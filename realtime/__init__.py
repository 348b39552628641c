"""How it moves: the wire, the hub, the writer and the media server. Knows nobody's business."""
