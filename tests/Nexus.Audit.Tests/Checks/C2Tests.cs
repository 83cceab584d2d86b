using Nexus.TestKit;
using Npgsql;

namespace Nexus.Audit.Tests.Checks;

public sealed class C2Tests
{
    [Fact]
    public async Task A_server_with_hardly_a_connection_left_is_found()
    {
        await using var cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions
            {
                Settings = new Dictionary<string,
                string>(AuditCase.Settings)
                { ["max_connections"] = "23", ["superuser_reserved_connections"] = "3" }
            });
        await using var audited = await AuditCase.CreateAsync(cluster: cluster);
        await using var few = await Opened.ManyAsync(audited, 8);
        (await audited.CheckAsync("C2")).ExpectOk();
        await using var more = await Opened.ManyAsync(audited, 9);
        var finding = (await audited.CheckAsync("C2")).ExpectFinding(AuditSeverity.Medium, "server");
        Assert.InRange(finding.Number("connections"), 17, 18);
        Assert.Equal(20, finding.Number("allowed"));
    }

    [Fact]
    public async Task A_role_at_its_limit_is_found_and_one_below_is_fine()
    {
        await using var audited = await AuditCase.CreateAsync();
        var full = await audited.CreateRoleAsync("ALTER ROLE {0} CONNECTION LIMIT 5");
        var roomy = await audited.CreateRoleAsync("ALTER ROLE {0} CONNECTION LIMIT 50");
        await using var first = await Opened.ManyAsync(audited, 5, full);
        await using var second = await Opened.ManyAsync(audited, 5, roomy);
        var result = await audited.CheckAsync("C2");
        result.ExpectFinding(AuditSeverity.Critical, full);
        result.ExpectNone(roomy);
    }

    private sealed class Opened(List<NpgsqlConnection> connections) : IAsyncDisposable
    {
        public static async Task<Opened> ManyAsync(AuditCase audited, int count, string? user = null)
        {
            var connections = new List<NpgsqlConnection>();
            for (var i = 0; i < count; i++) connections.Add(await audited.ConnectAsync("pool", user));
            return new Opened(connections);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var connection in connections) await connection.DisposeAsync();
        }
    }
}
