-- A nursery's own people, signed in, see what their nursery was asked, and nothing else of the room.

CREATE POLICY ask_desk ON family_nursery_facilityask FOR SELECT
    USING (EXISTS (SELECT FROM family_nursery_facility f WHERE f.id = facility_id
        AND f.desk_id = ANY ((SELECT nursery_desks())::bigint[])));
