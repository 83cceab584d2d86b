using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Store;

/// <summary>A database in which the role carries settings that would break whoever relies on the defaults.</summary>
internal sealed class HostileHome : PostgresHome
{
    private const string Role = "nexus_hostile";

    private HostileHome(TestDatabase database)
        : base(database)
    {
    }

    /// <summary>Each by itself would change a result, an error or a time somewhere.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
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

    /// <summary>With these settings, or all of them; the schema was made under the same.</summary>
    public static async Task<HostileHome> CreateAsync(params string[] names)
    {
        var cluster = await PostgresCluster.SharedAsync();
        var template = await cluster.TemplateAsync("hostile", async database =>
        {
            await database.ExecuteAsync($"CREATE ROLE {Role} LOGIN; CREATE ROLE nexus_nobody; GRANT nexus_nobody TO {Role}");
            var first = await PrepareAsync(database, [.. Settings.Keys]);
            await using var store = await first.OpenStoreAsync();
        });
        return await PrepareAsync(await TestDatabase.CreateAsync(cluster, template), names.Length == 0 ? [.. Settings.Keys] : names);
    }

    public override NexusOptions CreateOptions()
    {
        var options = base.CreateOptions();
        options.Database = Database.Cluster.Url(Database.Name, user: Role);
        return options;
    }

    private static async Task<HostileHome> PrepareAsync(TestDatabase database, IReadOnlyList<string> names)
    {
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} OWNER TO {Role}");
        await database.ExecuteAsync(string.Join(';', names.Select(name =>
            $"ALTER ROLE {Role} IN DATABASE {database.Name} SET {name} = {(name is "DateStyle" ? Settings[name] : $"'{Settings[name]}'")}")));
        return new HostileHome(database);
    }
}
