"""Work handed in: drafts, files, what is handed in, and by when."""
