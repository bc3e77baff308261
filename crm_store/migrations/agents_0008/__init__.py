"""The parts of revision 0008: what agents need. Like a migration, never changed afterwards."""
