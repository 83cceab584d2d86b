using Nexus.Operations.Leadership;
using Nexus.Operations.Status;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Maintenance;

/// <summary>
/// One run of a job: its connection, its steps, and the checks before each step. The connection has only <c>pg_catalog</c> on its search path, so a
/// planted function or operator is never used, and every name is quoted by the server.
/// </summary>
internal sealed class MaintenanceRun : IAsyncDisposable
{
    /// <summary>A job never holds up the bot for longer than this.</summary>
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(5);

    private readonly ILeaderTerm _term;
    private readonly NpgsqlDataSource? _source;
    private readonly List<string> _steps = [];
    private readonly List<string> _failures = [];

    private MaintenanceRun(
        MaintenanceTarget target, string schema, ILeaderTerm term, bool isDry, bool isForced, NpgsqlDataSource? source, NpgsqlConnection? connection)
    {
        (Target, Schema, _term, IsDry, IsForced, _source) = (target, schema, term, isDry, isForced, source);
        Connection = connection!;
    }

    public MaintenanceTarget Target { get; }

    /// <summary>The schema that the connection leads to: that of the settings, or of one of several shards.</summary>
    public string Schema { get; }

    /// <summary>Nothing is changed.</summary>
    public bool IsDry { get; }

    /// <summary>An operator asked for the job: it does what is due now, without waiting for a condition to last.</summary>
    public bool IsForced { get; }

    /// <summary>The connection to PostgreSQL, for jobs that need one.</summary>
    public NpgsqlConnection Connection { get; }

    public bool HasConnection => _source is not null;

    public IReadOnlyList<string> Steps => _steps;

    /// <summary>What could not be changed, and why, by <see cref="TryChangeAsync"/>.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <param name="target">What the job works on.</param>
    /// <param name="database">One of several shards; null for the database of the settings.</param>
    /// <param name="job">The job.</param>
    /// <param name="term">The leadership under which it runs.</param>
    /// <param name="isDry">As <see cref="IsDry"/>.</param>
    /// <param name="isForced">As <see cref="IsForced"/>.</param>
    /// <param name="cancellationToken">Ends the connecting.</param>
    public static async Task<MaintenanceRun> OpenAsync(
        MaintenanceTarget target, PostgresOptions? database, IMaintenanceJob job, ILeaderTerm term, bool isDry, bool isForced,
        CancellationToken cancellationToken)
    {
        if (!target.IsPostgres || !job.NeedsConnection)
            return new MaintenanceRun(target, target.Options.Schema, term, isDry, isForced, null, null);
        var postgres = database ?? target.Options.ForPostgres();
        var source = PostgresDataSource.Create(
            postgres with { MinPoolSize = 0 }, name: $"{PostgresDataSource.Name}-maintenance", use: ConnectionUse.One);
        try
        {
            // A pooler in transaction mode would hand the settings of this session on to others.
            if (PostgresDataSource.IsBehindPooler(source))
                throw new MaintenanceSkippedException("the database is behind a pooler: add the server's own address as listen=HOST:PORT to "
                    + "DATABASE_URL, or set NEXUS_DIRECT_URL");
            var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await connection.ExecuteAsync(
                "SELECT pg_catalog.set_config('lock_timeout', $1, false), pg_catalog.set_config('statement_timeout', $2, false), "
                    + "pg_catalog.set_config('application_name', 'nexus maintenance', false)",
                [Milliseconds(LockTimeout), Milliseconds(job.StatementTimeout)], cancellationToken).ConfigureAwait(false);
            return new MaintenanceRun(target, postgres.Schema, term, isDry, isForced, source, connection);
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs a statement that changes something, if this instance may still do so; a dry run only notes it.</summary>
    /// <param name="sql">The statement, with names that the server quoted.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public async Task ChangeAsync(string sql, CancellationToken cancellationToken)
    {
        if (await MayChangeAsync(sql, cancellationToken).ConfigureAwait(false))
            await Connection.ExecuteAsync(sql, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The same for one of several objects: one that is locked, or that the server refuses to change, does not keep the others from their turn. The
    /// run counts as failed and names it.
    /// </summary>
    /// <param name="name">What is changed, for the message.</param>
    /// <param name="sql">As in <see cref="ChangeAsync"/>.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>Whether it was changed, or would be in a dry run.</returns>
    public Task<bool> TryChangeAsync(string name, string sql, CancellationToken cancellationToken) =>
        TryAsync(name, () => ChangeAsync(sql, cancellationToken), cancellationToken);

    /// <summary>As <see cref="TryChangeAsync"/>, for several statements about one object.</summary>
    public async Task<bool> TryAsync(string name, Func<Task> change, CancellationToken cancellationToken)
    {
        try
        {
            await change().ConfigureAwait(false);
            return true;
        }
        catch (PostgresException error) when (IsOfOneObject(error) && !cancellationToken.IsCancellationRequested)
        {
            _failures.Add(
                error.SqlState == PostgresErrorCodes.LockNotAvailable
                    ? $"{name}: another session held its lock for more than {LockTimeout.TotalSeconds:0} s" : $"{name}: {error.MessageText}");
            return false;
        }
    }

    /// <summary>The same for a change that is not a statement of this connection.</summary>
    /// <exception cref="MaintenanceSkippedException">A backup has begun since the job did, or something else that it must not run beside.</exception>
    public async Task<bool> MayChangeAsync(string step, CancellationToken cancellationToken)
    {
        if (!IsDry && await MaintenanceBlockers.FindAsync(this, cancellationToken).ConfigureAwait(false) is { } blocker)
            throw new MaintenanceSkippedException(blocker);
        if (_steps.Count < JobRun.MaxSteps) _steps.Add(step);
        if (IsDry) return false;
        await _term.EnsureHeldAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_source is null) return;
        await Connection.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Not the end of the session or of the server, which ends the job.</summary>
    private static bool IsOfOneObject(PostgresException error) =>
        error.SqlState == PostgresErrorCodes.QueryCanceled || error.SqlState[..2] is not ("08" or "53" or "57" or "58" or "XX");

    private static string Milliseconds(TimeSpan time) =>
        ((long)time.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
