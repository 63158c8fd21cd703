"""After-school clubs (学童クラブ): children, places, months, fees by dated tables, the monthly run, reminders."""
