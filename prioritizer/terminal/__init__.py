"""Results as a person reads them in a terminal: the answer first, then the table, then what the run was."""
