using Nexus.Audit;
using Nexus.Cli.Terminal;
using Nexus.Operations.Shards;
using Nexus.Operations.Status;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>Shards as a table.</summary>
internal static class ShardTable
{
    public static void Show(CommandConsole console, ShardList list)
    {
        var table = new Table().Border(TableBorder.None)
            .AddColumns("shard", "database", "schema", "reachable", "version", "buckets", "sessions", "users", "trades", "size");
        foreach (var column in table.Columns.Skip(4)) column.RightAligned();
        foreach (var shard in list.Shards)
        {
            string[] cells =
            [
                shard.Number == 0 ? "0 (home)" : $"{shard.Number}", shard.Location, shard.Schema, shard.IsReachable ? "yes" : "no",
                $"{shard.SchemaVersion}", $"{shard.Buckets:N0}", $"{shard.Sessions:N0}", $"{shard.Users:N0}", $"{shard.Trades:N0}",
                $"{shard.SizeBytes / (1024 * 1024):N0} MiB",
            ];
            table.AddRow(cells.Select(cell => new Text(Printable.Line(cell))));
        }
        console.OutTerminal.Write(table);
        foreach (var shard in list.Shards.Where(shard => shard.UnsettledBatches > 0).DistinctBy(shard => shard.Location))
        {
            console.WriteError($"shard {shard.Number}: {shard.UnsettledBatches} parts of batches over several servers are left by a process that has "
                + "ended; an instance that runs ends them within 15 s");
        }
        foreach (var shard in list.Shards)
        {
            if (shard.Problem is { } problem) console.WriteError($"shard {shard.Number}: {OperatorTerms.Translate(problem)}");
        }
    }
}
