using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>Plans the changes from the existing tables to the target schema.</summary>
internal static class AdoptionPlanner
{
    /// <param name="connection">A connection in a transaction, with the schema as search path.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="target">The tables of the first migration.</param>
    /// <param name="timeZone">The time zone of timestamps without one.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="StoreIncompatibleException">The tables cannot be adopted; the message names the obstacle.</exception>
    public static async Task<AdoptionPlan> PlanAsync(
        NpgsqlConnection connection, string schema, IReadOnlyDictionary<string, TableShape> target, string timeZone,
            CancellationToken cancellationToken)
    {
        await PrepareAsync(connection, timeZone, cancellationToken).ConfigureAwait(false);
        var tables = await TableShape.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        var plan = new AdoptionPlan();
        var context = new PlanContext(connection, timeZone, plan, cancellationToken);
        foreach (var shape in target.Values)
        {
            if (!tables.TryGetValue(shape.Name, out var legacy)) continue;
            if (shape.Name == "bot_state") await new BotStatePlanner(context, legacy, shape).PlanAsync().ConfigureAwait(false);
            else await new TablePlanner(context, legacy, shape).PlanAsync().ConfigureAwait(false);
        }
        return plan;
    }

    /// <summary>Creates the functions that convert without errors, and sets the time zone of texts without one.</summary>
    public static async Task PrepareAsync(NpgsqlConnection connection, string timeZone, CancellationToken cancellationToken)
    {
        await connection.ScalarAsync<string>("SELECT set_config('TimeZone', $1, true)", [timeZone], cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(TryFunctions, cancellationToken).ConfigureAwait(false);
    }

    private static readonly string TryFunctions = Read("Nexus.Operations.Adoption.try_functions.sql");

    private static string Read(string resource)
    {
        using var reader = new StreamReader(typeof(AdoptionPlanner).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
