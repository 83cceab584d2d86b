using System.Globalization;

namespace Nexus.Audit;

/// <summary>
/// Storage parameters of tables, and what autovacuum makes of them: https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM.
/// </summary>
internal sealed class TableOptions(IReadOnlyDictionary<string, string> options, ServerFacts server)
{
    private const string Sql =
        "SELECT c.oid, c.reloptions FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'm', 'p') AND c.reloptions IS NOT NULL";

    private static readonly Dictionary<string, string> None = [];

    /// <summary>Of every table that sets any; for the others see <see cref="Of"/>.</summary>
    public static async Task<Dictionary<uint, TableOptions>> ReadAsync(CheckContext context) => (await context.QueryAsync(
        Sql, row => (Oid: row.Oid(0), Options: row.GetTexts(1))).ConfigureAwait(false)).ToDictionary(
            table => table.Oid,
            table => new TableOptions(table.Options.Select(option => option.Split('=', 2))
                .ToDictionary(parts => parts[0], parts => parts.Length > 1 ? parts[1] : ""), context.Server));

    /// <summary>Those of one table, the server's defaults where it sets none.</summary>
    public static TableOptions Of(IReadOnlyDictionary<uint, TableOptions> all, uint table, ServerFacts server) =>
        all.GetValueOrDefault(table) ?? new TableOptions(None, server);

    /// <summary>Whether autovacuum works on it.</summary>
    public bool IsAutovacuumOn => server.IsOn("autovacuum") != false && !IsAutovacuumOffHere;

    /// <summary>Whether the table itself switches it off.</summary>
    public bool IsAutovacuumOffHere =>
        options.TryGetValue("autovacuum_enabled", out var enabled) && enabled is "false" or "off" or "no" or "0" or "f" or "n";

    /// <summary>Dead rows from which autovacuum vacuums.</summary>
    public double VacuumTrigger(long rows) => Number("autovacuum_vacuum_threshold", 50) + Number("autovacuum_vacuum_scale_factor", 0.2) * rows;

    /// <summary>Changed rows from which autovacuum analyses.</summary>
    public double AnalyzeTrigger(long rows) => Number("autovacuum_analyze_threshold", 50) + Number("autovacuum_analyze_scale_factor", 0.1) * rows;

    /// <summary>Percent of a page that inserts fill.</summary>
    public double FillFactor => Number("fillfactor", 100);

    /// <summary>SET (…) of what the table has for these options now, or RESET where it has nothing.</summary>
    public IReadOnlyList<string> Restore(string table, params string[] names)
    {
        var set = names.Where(options.ContainsKey).Select(name => $"{name} = {options[name]}").ToList();
        var reset = names.Where(name => !options.ContainsKey(name)).ToList();
        return
        [
            SafeSql.LockTimeout,
            .. set.Count == 0 ? [] : (string[])[$"ALTER TABLE {table} SET ({string.Join(", ", set)})"],
            .. reset.Count == 0 ? [] : (string[])[$"ALTER TABLE {table} RESET ({string.Join(", ", reset)})"],
        ];
    }

    private double Number(string name, double otherwise)
    {
        var text = options.GetValueOrDefault(name) ?? server.Settings.GetValueOrDefault(name);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
    }
}
