"""Questions that stayed open when the class ended: answered in writing, their authors told."""
