"""People, units and postings from a file, in reading order.

reading (bytes -> lines), columns (header -> field), values (text -> value), rows (line -> row or faults), pictures
(rows -> what the file says of each person and unit), tree, people and posts (picture + what is stored -> changes),
running (all of it in one transaction), telling (in words), mending (the bad rows as a file).
"""
