using Nexus.Operations.Backup;
using Nexus.Operations.ImportExport;
using Nexus.Postgres;

namespace Nexus.Operations.Maintenance;

/// <summary>Archives of trades that left the database: exports with the trades of one month. Secrets in them stay sealed.</summary>
internal static class TradeArchive
{
    /// <summary>The folder in the data folder.</summary>
    public const string FolderName = "archive";

    /// <summary>Writes every trade of a table; the file is complete and synced when it has its name.</summary>
    /// <returns>The number of trades.</returns>
    public static async Task<long> WriteAsync(MaintenanceRun run, string table, string path, CancellationToken cancellationToken)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        // The data folder too, where PostgreSQL holds the state and nothing has needed it yet.
        PrivateFolder.Create(Path.GetDirectoryName(path)!);
        var draft = $"{path}.{Guid.NewGuid():n}.part";
        try
        {
            var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows()) create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            long count;
            var stream = new FileStream(draft, create);
            await using (stream.ConfigureAwait(false))
            {
                var now = await run.Target.Db.GetTimeAsync(cancellationToken).ConfigureAwait(false);
                count = await Exporter.WriteTradesAsync(
                    stream, PostgresTradeTable.ReadAsync(run.Connection, table, cancellationToken), now, run.Target.Db.KeyIds, cancellationToken)
                    .ConfigureAwait(false);
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                RandomAccess.FlushToDisk(stream.SafeFileHandle);
            }
            // An archive of the month may hold trades that this table does not: it is never replaced.
            for (var n = 2; File.Exists(path); n++) path = path[..(path.LastIndexOf(name, StringComparison.Ordinal) + name.Length)] + $"-{n}.ndjson";
            File.Move(draft, path);
            return count;
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
