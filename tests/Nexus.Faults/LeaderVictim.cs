using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Operations.Leadership;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Faults;

/// <summary>
/// An instance that adds rows while it is the leader, each in a transaction that proves the leadership. Lines: <c>leader epoch</c>,
/// <c>added epoch</c>, <c>lost epoch</c>, <c>refused epoch</c> where the database itself refused the proof.
/// </summary>
internal static class LeaderVictim
{
    public static async Task<int> RunAsync(string database, string folder, string keys, int leaseMilliseconds)
    {
        await using var output = TextWriter.Synchronized(
            new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true });
        var options = new NexusOptions
        {
            Database = database,
            DataFolder = folder,
            Keys = keys,
            Fallback = Nexus.Failover.FallbackMode.Off,
            MaxPoolSize = 5,
        };
        await using var db = await NexusDb.OpenAsync(options);
        var lease = TimeSpan.FromMilliseconds(leaseMilliseconds);
        var election = LeaderElection.Of(
            db, NullLoggerFactory.Instance, TimeProvider.System,
            options: new LeaderElectionOptions { LeaseDuration = lease, RenewEvery = lease / 5, Margin = lease / 5 });
        await using var source = PostgresDataSource.Create(options.ForPostgres());
        using var stop = new CancellationTokenSource();
        var working = election.RunAsLeaderAsync(term => WorkAsync(term, source, output, stop.Token), stop.Token);
        await Console.In.ReadToEndAsync();
        await stop.CancelAsync();
        await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ((IAsyncDisposable)election).DisposeAsync();
        return 0;
    }

    /// <summary>The job does not look at the token of its term: only the proof in the transaction keeps a former leader from writing.</summary>
    private static async Task WorkAsync(ILeaderTerm term, NpgsqlDataSource source, TextWriter output, CancellationToken stop)
    {
        var epoch = term.Epoch.ToString(CultureInfo.InvariantCulture);
        await output.WriteLineAsync($"leader {epoch}");
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await using var connection = await source.OpenConnectionAsync();
                await using var transaction = await connection.BeginTransactionAsync();
                await term.EnsureHeldAsync(transaction, CancellationToken.None);
                await using (var insert = new NpgsqlCommand("INSERT INTO led (epoch) VALUES ($1)", connection, transaction))
                {
                    insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = term.Epoch });
                    await insert.ExecuteNonQueryAsync();
                }
                await transaction.CommitAsync();
                await output.WriteLineAsync($"added {epoch}");
                await Task.Delay(20);
            }
        }
        catch (LeadershipLostException)
        {
            await output.WriteLineAsync($"lost {epoch}");
            throw;
        }
        catch (NpgsqlException error)
        {
            // A transaction that was open while the process was stopped has been aborted by the server.
            await output.WriteLineAsync($"refused {epoch} {error.Message.ReplaceLineEndings(" ")}");
            throw new LeadershipLostException("test", term.Epoch, error);
        }
    }
}
