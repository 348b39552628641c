"""The files of lessons, for those who may open the lesson."""
