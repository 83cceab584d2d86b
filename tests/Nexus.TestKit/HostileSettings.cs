namespace Nexus.TestKit;

/// <summary>Settings of a database or a role that break programs that rely on the defaults.</summary>
public static class HostileSettings
{
    /// <summary>
    /// Each by itself would change a result, an error or a time somewhere. The user of these settings creates the role <c>nexus_nobody</c>.
    /// </summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["role"] = "nexus_nobody",
        ["search_path"] = "nowhere",
        ["DateStyle"] = "SQL, DMY",
        ["IntervalStyle"] = "sql_standard",
        ["TimeZone"] = "Asia/Kathmandu",
        ["default_transaction_isolation"] = "serializable",
        ["default_transaction_deferrable"] = "on",
        ["statement_timeout"] = "1",
        ["lock_timeout"] = "1",
        ["idle_in_transaction_session_timeout"] = "1",
        ["idle_session_timeout"] = "1",
        ["client_min_messages"] = "debug2",
        ["client_encoding"] = "LATIN1",
        ["bytea_output"] = "escape",
        ["extra_float_digits"] = "-15",
        ["standard_conforming_strings"] = "off",
        ["backslash_quote"] = "on",
        ["array_nulls"] = "off",
        ["xmlbinary"] = "hex",
        ["xmloption"] = "document",
        ["row_security"] = "off",
        ["plan_cache_mode"] = "force_custom_plan",
        ["synchronous_commit"] = "off",
        ["exit_on_error"] = "on",
        ["transform_null_equals"] = "on",
        ["quote_all_identifiers"] = "on",
        ["check_function_bodies"] = "off",
        ["gin_fuzzy_search_limit"] = "1",
        ["gin_pending_list_limit"] = "64",
        ["constraint_exclusion"] = "on",
        ["work_mem"] = "64",
        ["jit"] = "on",
        ["jit_above_cost"] = "0",
        ["enable_bitmapscan"] = "off",
        ["enable_hashagg"] = "off",
        ["enable_hashjoin"] = "off",
        ["enable_indexonlyscan"] = "off",
        ["enable_indexscan"] = "off",
        ["enable_mergejoin"] = "off",
        ["enable_nestloop"] = "off",
        ["enable_partition_pruning"] = "off",
        ["enable_seqscan"] = "off",
        ["enable_sort"] = "off",
        ["vacuum_freeze_min_age"] = "0",
        ["application_name"] = "somebody else",
    };

    /// <summary>A role of its own that carries the settings in this database and owns the database.</summary>
    /// <returns>Its name.</returns>
    public static async Task<string> CreateOwnerAsync(TestDatabase database, IEnumerable<string> names)
    {
        var role = $"hostile_{Guid.NewGuid():n}";
        await database.ExecuteAsync(
            $"CREATE ROLE {role} LOGIN; CREATE ROLE {role}_nobody; GRANT {role}_nobody TO {role}; ALTER DATABASE {database.Name} OWNER TO {role}");
        foreach (var name in names)
            await database.ExecuteAsync(
                $"ALTER ROLE {role} IN DATABASE {database.Name} SET {name} = {Literal(name, name == "role" ? $"{role}_nobody" : All[name])}");
        return role;
    }

    /// <summary>A value as ALTER ROLE takes it. A list of words is not one word.</summary>
    public static string Literal(string name, string value) => name == "DateStyle" ? value : $"'{value}'";
}
