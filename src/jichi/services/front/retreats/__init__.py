"""Retreats of the ward (区民保養施設): own houses and partner inns, booked by night."""
