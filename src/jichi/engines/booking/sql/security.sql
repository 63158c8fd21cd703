-- Row security: a person sees their own entries, officials those of their divisions with "eng_booking.manage". Writing is
-- the platform's own act, after the actions have asked who may. Offerings, items and draws are public.

ALTER TABLE eng_booking_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY entry_seen ON eng_booking_entry FOR SELECT
    USING (account_id = (SELECT booking_account()) OR (SELECT booking_is_system()) OR EXISTS (
        SELECT FROM eng_booking_offering o WHERE o.id = offering_id
            AND o.division_id = ANY ((SELECT booking_divisions())::bigint[])));
CREATE POLICY entry_system ON eng_booking_entry FOR ALL USING ((SELECT booking_is_system()));

ALTER TABLE eng_booking_entryperson ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_system ON eng_booking_entryperson FOR ALL USING ((SELECT booking_is_system()));

ALTER TABLE eng_booking_place ENABLE ROW LEVEL SECURITY;
CREATE POLICY place_seen ON eng_booking_place FOR SELECT
    USING (EXISTS (SELECT FROM eng_booking_entry e WHERE e.id = entry_id));
CREATE POLICY place_system ON eng_booking_place FOR ALL USING ((SELECT booking_is_system()));

ALTER TABLE eng_booking_roombooking ENABLE ROW LEVEL SECURITY;
CREATE POLICY roombooking_seen ON eng_booking_roombooking FOR SELECT
    USING (account_id = (SELECT booking_account()) OR EXISTS (SELECT FROM eng_booking_room r WHERE r.id = room_id
        AND r.division_id = ANY ((SELECT booking_divisions())::bigint[])));
CREATE POLICY roombooking_system ON eng_booking_roombooking FOR ALL USING ((SELECT booking_is_system()));
