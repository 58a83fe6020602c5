"""The experiments of the dispatch laboratory, one module each, and what they share (context)."""
