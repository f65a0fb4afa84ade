"""What a reader sees: charts, tables and readings made from results, never from files."""
