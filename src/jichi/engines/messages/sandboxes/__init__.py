"""Stand-ins for an SMS gateway and for LINE: real protocols, a page that shows the telephone, faults. No Django."""
