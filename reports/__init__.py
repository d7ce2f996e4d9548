"""Words and pictures: what to say to whom, in which words. Knows nothing of where it goes."""
