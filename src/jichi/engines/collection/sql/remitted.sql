-- What agents have to send: written once, by the platform.
ALTER TABLE eng_collection_remitted ENABLE ROW LEVEL SECURITY;
CREATE POLICY remitted_system ON eng_collection_remitted USING ((SELECT collection_is_system()));
CREATE TRIGGER collection_keep_remitted BEFORE UPDATE OR DELETE ON eng_collection_remitted
    FOR EACH ROW EXECUTE FUNCTION collection_keep();
