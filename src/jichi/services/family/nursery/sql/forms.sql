-- A form stays as certificates were answered by it: from its first day on it is neither changed nor deleted.

CREATE TRIGGER nursery_keep_form BEFORE UPDATE OR DELETE ON family_nursery_certificatesheet
    FOR EACH ROW EXECUTE FUNCTION nursery_keep_wording();
