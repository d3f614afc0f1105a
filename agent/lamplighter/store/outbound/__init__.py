"""What goes out: waiting on disk, in lanes with bounds, or accounted for in the ledger."""
