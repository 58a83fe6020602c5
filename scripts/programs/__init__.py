"""Programs made at random, and what is done with them: see scripts/generate-program and scripts/differential."""
