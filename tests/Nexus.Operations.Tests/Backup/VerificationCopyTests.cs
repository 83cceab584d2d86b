using Nexus.Operations.Backup;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Backup;

/// <summary>The temporary database of a verification.</summary>
public sealed class VerificationCopyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_copy_of_a_verification_that_was_killed_is_dropped_by_the_next_one_and_that_of_a_running_one_stays()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        var report = await home.BackUpAsync();
        var database = home.Database!;
        await using var running = await database.DataSource.OpenConnectionAsync(Token);
        var time = DateTime.UtcNow.ToString("yyyyMMddHHmmss", System.Globalization.CultureInfo.InvariantCulture);
        var (killed, alive, unknown) = ($"nexus_verify_{time}_00000001", $"nexus_verify_{time}_00000002", $"nexus_verify_{time}_00000003");
        foreach (var name in new[] { killed, alive, unknown }) await database.ExecuteAsync($"CREATE DATABASE {name}");
        try
        {
            // The process of the server that kept the copy is gone, or not.
            await database.ExecuteAsync($"COMMENT ON DATABASE {killed} IS 'nexus: a copy of a verification, by process 2147483647'");
            await database.ExecuteAsync($"COMMENT ON DATABASE {alive} IS 'nexus: a copy of a verification, by process {running.ProcessID}'");
            // As a pg_restore that outlives its parent.
            await using var orphan = new Npgsql.NpgsqlConnection($"{database.Cluster.ConnectionString(killed)};Pooling=false");
            await orphan.OpenAsync(Token);
            Assert.True((await home.VerifyAsync(report.Name)).IsProof);
            Assert.Equal([alive, unknown], await database.QueryAsync<string>(
                $"SELECT datname::text FROM pg_database WHERE datname IN ('{killed}', '{alive}', '{unknown}') ORDER BY 1"));
        }
        finally
        {
            foreach (var name in new[] { killed, alive, unknown }) await database.ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        }
    }

    [Fact]
    public async Task A_running_verification_marks_its_copy()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        await home.BackUpAsync();
        await using var copy = await ScratchDatabase.CreateAsync(
            home.Nexus(), home.Database!.Url, maintenance: null, name: null, properties: null,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, TimeProvider.System, Token);
        Assert.True(await home.Database.ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_database d JOIN pg_stat_activity a ON shobj_description(d.oid, 'pg_database') = "
                + $"concat('nexus: a copy of a verification, by process ', a.pid) WHERE d.datname = '{copy.Name}')"));
        Assert.True((await home.VerifyAsync("latest")).IsProof);
        Assert.Equal(1L, await home.Database.ScalarAsync<long>($"SELECT count(*) FROM pg_database WHERE datname = '{copy.Name}'"));
    }

    /// <summary>A role without rights says nothing about the backup: the failure must not be recorded as one of the backup.</summary>
    [Fact]
    public async Task A_restore_that_the_role_may_not_make_is_refused_and_not_recorded()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        var (role, database) = ($"prover_{Guid.NewGuid():n}", home.Database!);
        await database.ExecuteAsync($"CREATE EXTENSION pg_buffercache; CREATE ROLE {role} LOGIN CREATEDB; GRANT pg_read_all_data TO {role}");
        try
        {
            var report = await home.BackUpAsync();
            var nexus = home.Nexus();
            nexus.Database = database.Cluster.Url(database.Name, user: role);
            var error = await Assert.ThrowsAsync<BackupException>(
                () => home.Manager(nexus: nexus).VerifyAsync(report.Name, new(), null, Token));
            Assert.Equal(BackupErrorKind.Refused, error.Kind);
            Assert.Contains("pg_buffercache", error.Message, StringComparison.Ordinal);
            Assert.Contains("--scratch", error.Message, StringComparison.Ordinal);
            var status = await home.Manager().ReadStatusAsync(null, Token);
            Assert.Equal([BackupFindingCodes.Unproven], status.Findings.Select(finding => finding.Code));
            Assert.True((await home.VerifyAsync(report.Name)).IsProof);
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    /// <summary>A policy is of a role, whoever owns the table.</summary>
    [Fact]
    public async Task A_scratch_server_has_the_roles_that_policies_name()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        var (role, database) = ($"odd \"role\" {Guid.NewGuid().ToString("n")[..8]}", home.Database!);
        var quoted = $"\"{role.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        await database.ExecuteAsync($"CREATE ROLE {quoted}; CREATE TABLE guarded (a int); CREATE POLICY p ON guarded TO {quoted} USING (a > 0)");
        try
        {
            var report = await home.BackUpAsync();
            var proof = await home.VerifyAsync(report.Name, new() { Scratch = true });
            Assert.True(proof.IsProof, string.Join('\n', proof.Steps));
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {quoted}; DROP ROLE {quoted}");
        }
    }
}
