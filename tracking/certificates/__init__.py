"""Certificates: the proof of a completion, made when its owner first asks for it, and never changed after that."""
