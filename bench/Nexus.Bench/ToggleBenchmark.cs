using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Bench;

/// <summary>One hot row: every caller toggles a strategy of the bot, and at the end each toggle of the last round must be stored.</summary>
internal static class ToggleBenchmark
{
    private const int Strategies = 20;

    private const string One = """
        INSERT INTO bot_state AS b (id, enabled_strategies) VALUES (1, $1)
        ON CONFLICT (id) DO UPDATE SET enabled_strategies = b.enabled_strategies || excluded.enabled_strategies, last_updated = now(),
            version = b.version + 1
        RETURNING version
        """;

    public static async Task RunAsync(string? url, bool isSlow, TimeSpan duration, int callers)
    {
        await using var database = await BenchDatabase.OpenAsync(url, isSlow);
        await using var nexus = await database.OpenNexusAsync();

        Figures.Begin($"toggles of one row, {callers} callers, median of {Measure.Rounds} rounds of {duration.TotalSeconds:0} s");
        var figures = await Measure.RoundsAsync(
            callers,
            duration,
            ("one a commit", (caller, i) => ToggleAsync(database.Raw, caller, i)),
            ("nexus", (caller, i) => nexus.BotState.SetStrategyAsync($"S{caller % Strategies}", i % 2 == 0)));
        figures[^1].Compare(figures.AsSpan(..^1));

        await Task.WhenAll(Enumerable.Range(0, Strategies).Select(n => nexus.BotState.SetStrategyAsync($"S{n}", n % 2 == 0)));
        var state = await nexus.BotState.GetAsync();
        var right = Enumerable.Range(0, Strategies).Count(n => state.EnabledStrategies.Root.GetProperty($"S{n}").GetBoolean() == (n % 2 == 0));
        Console.WriteLine($"  {right} of {Strategies} strategies have the value of the last toggle");
    }

    private static async Task ToggleAsync(NpgsqlDataSource dataSource, int caller, int i)
    {
        await using var command = dataSource.CreateCommand(One);
        var change = Encoding.UTF8.GetBytes($$"""{"S{{caller % Strategies}}":{{(i % 2 == 0 ? "true" : "false")}}}""");
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = change, NpgsqlDbType = NpgsqlDbType.Jsonb });
        await command.ExecuteScalarAsync();
    }
}
