-- RFC 7396, section 2, in one pass over document and patch: a pass for each removed or nested key made one patch of many keys cost minutes.
CREATE OR REPLACE FUNCTION nexus_merge_patch(target jsonb, patch jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF patch IS NULL OR jsonb_typeof(patch) <> 'object' THEN RETURN patch; END IF;
    IF target IS NULL OR jsonb_typeof(target) <> 'object' THEN target := '{}'; END IF;
    -- Most patches neither remove a key nor reach into an object.
    IF NOT patch @? '$.* ? (@ == null || @.type() == "object")' THEN RETURN target || patch; END IF;
    RETURN coalesce(
        (SELECT jsonb_object_agg(merged.key, merged.value) FROM (
            SELECT t.key, t.value FROM jsonb_each(target) t WHERE NOT patch ? t.key
            UNION ALL
            SELECT p.key, CASE jsonb_typeof(p.value) WHEN 'object' THEN nexus_merge_patch(target -> p.key, p.value) ELSE p.value END
            FROM jsonb_each(patch) p WHERE jsonb_typeof(p.value) <> 'null') merged),
        '{}');
END $$;
