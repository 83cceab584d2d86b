using System.ComponentModel;
using System.Reflection;
using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Tests.Postgres;

public class ConnectionOptionTests
{
    private static NpgsqlConnectionStringBuilder Parse(string options) => DatabaseUrl.Parse($"postgres://u@db.example.com/app?{options}");

    [Fact]
    public void The_options_of_libpq_reach_the_driver()
    {
        var builder = Parse(
            "connect_timeout=7&application_name=my%20bot&options=-c%20statement_timeout%3D5s&keepalives=1&keepalives_idle=40&keepalives_interval=9"
            + "&channel_binding=require&sslcert=/c.pem&sslkey=/k.pem&sslpassword=pw&gssencmode=prefer&krbsrvname=pg&passfile=/pass"
            + "&require_auth=scram-sha-256");

        Assert.Equal((7, "my bot", "-c statement_timeout=5s"), (builder.Timeout, builder.ApplicationName, builder.Options));
        Assert.Equal((true, 40, 9), (builder.TcpKeepAlive, builder.TcpKeepAliveTime, builder.TcpKeepAliveInterval));
        Assert.Equal((ChannelBinding.Require, "/c.pem", "/k.pem", "pw"),
            (builder.ChannelBinding, builder.SslCertificate, builder.SslKey, builder.SslPassword));
        Assert.Equal((GssEncryptionMode.Prefer, "pg", "/pass", "ScramSHA256"),
            (builder.GssEncryptionMode, builder.KerberosServiceName, builder.Passfile, builder.RequireAuth));
    }

    [Fact]
    public void The_last_of_two_equal_options_holds() => Assert.Equal(9, Parse("connect_timeout=7&connect_timeout=9").Timeout);

    [Fact]
    public void A_pooler_in_transaction_mode_gets_nothing_prepared()
    {
        var builder = Parse("pgbouncer=true");

        Assert.Equal((0, true), (builder.MaxAutoPrepare, builder.NoResetOnClose));
        Assert.True(builder.Sets("Max Auto Prepare"));
    }

    [Theory]
    [InlineData("No%20Reset%20On%20Close=true", false)]
    [InlineData("pgbouncer=false", false)]
    [InlineData("pgbouncer=true", true)]
    public void Only_the_word_for_it_means_a_pooler(string options, bool isPooler) =>
        Assert.Equal(isPooler, DatabaseUrl.Read($"postgres://u@db.example.com/app?{options}").IsBehindPooler);

    [Theory]
    [InlineData("db1", "db1", 5432)]
    [InlineData("db1:5433", "db1", 5433)]
    [InlineData("::1", "::1", 5432)]
    [InlineData("[::1]:5433", "::1", 5433)]
    [InlineData("/var/run/postgresql", "/var/run/postgresql", 5432)]
    public void The_servers_own_address_stands_beside_that_of_a_pooler(string listen, string host, int port)
    {
        foreach (var text in new[]
        {
            $"postgres://u:p@pool:6432/app?pgbouncer=true&sslmode=disable&listen={Uri.EscapeDataString(listen)}",
            $"Host=pool;Port=6432;Username=u;Password=p;Database=app;SSL Mode=Disable;PgBouncer=true;Listen={listen}",
        })
        {
            var pooled = DatabaseUrl.Read(text);
            Assert.Equal(("pool", 6432, true), (pooled.Settings.Host, pooled.Settings.Port, pooled.IsBehindPooler));
            Assert.Equal(0, pooled.Settings.MaxAutoPrepare);
            var direct = DatabaseUrl.Read(text, isDirect: true);
            Assert.Equal((host, port, false), (direct.Settings.Host, direct.Settings.Port, direct.IsBehindPooler));
            Assert.Equal(("u", "p", "app"), (direct.Settings.Username, direct.Settings.Password, direct.Settings.Database));
            Assert.False(direct.Settings.Sets("Max Auto Prepare"));
        }
    }

    [Fact]
    public void Several_hosts_become_one_address_each()
    {
        var settings = DatabaseUrl.Read("postgres://u@pool/app?sslmode=disable&listen=db1:5433,[::1]:5434,db2", isDirect: true).Settings;
        Assert.True(HostNames.AreSeveral(settings));
        var hosts = HostNames.Split(settings);
        Assert.Equal([("db1", 5433), ("::1", 5434), ("db2", 5432)], hosts.Select(host => (host.Host!, host.Port)));
        Assert.All(hosts, host => Assert.Null(host.TargetSessionAttributes));
        Assert.Equal("db1:5433", HostNames.Describe(hosts[0]));
    }

    [Fact]
    public void A_pooler_is_named_in_the_drivers_form_too() => Assert.True(DatabaseUrl.Read("Host=h;PgBouncer=true").IsBehindPooler);

    [Fact]
    public void Each_keyword_of_the_driver_is_classified()
    {
        var keywords = typeof(NpgsqlConnectionStringBuilder).GetProperties()
            .Select(property => property.GetCustomAttribute<DisplayNameAttribute>()?.DisplayName).OfType<string>().ToList();

        Assert.True(keywords.Count > 50);
        Assert.All(keywords, keyword => Assert.Equal(1,
            (DriverKeywords.Allowed.Contains(keyword) ? 1 : 0) + (DriverKeywords.Fixed.ContainsKey(keyword) ? 1 : 0)
                + (DriverKeywords.Overridden.Contains(keyword) ? 1 : 0)));
    }

    [Theory]
    [InlineData("Multiplexing", "true")]
    [InlineData("Pooling", "false")]
    [InlineData("Enlist", "true")]
    [InlineData("Timezone", "Asia/Tokyo")]
    [InlineData("Encoding", "LATIN1")]
    [InlineData("Client Encoding", "LATIN1")]
    [InlineData("Array Nullability Mode", "Always")]
    [InlineData("Load Table Composites", "true")]
    [InlineData("Server Compatibility Mode", "Redshift")]
    [InlineData("Trust Server Certificate", "true")]
    [InlineData("Write Coalescing Buffer Threshold Bytes", "7")]
    public void A_setting_that_cannot_work_is_refused_by_name(string keyword, string value)
    {
        Assert.Contains(keyword, Assert.Throws<NexusConfigurationException>(() => Parse($"{Uri.EscapeDataString(keyword)}={value}")).Message,
            StringComparison.OrdinalIgnoreCase);
        Assert.Contains(keyword, Assert.Throws<NexusConfigurationException>(() => DatabaseUrl.Parse($"Host=h;{keyword}={value}")).Message,
            StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("-c search_path=public", "search_path")]
    [InlineData("-csynchronous_commit=off", "synchronous_commit")]
    [InlineData("--synchronous-commit=off", "synchronous_commit")]
    [InlineData("-c jit=on -c DateStyle=German", "DateStyle")]
    public void Options_that_set_what_Nexus_relies_on_are_refused_by_name(string options, string name) =>
        Assert.Contains(name, Assert.Throws<NexusConfigurationException>(
        () =>
            PostgresDataSource.Create(
                new NexusOptions { Database = $"postgres://u@localhost/app?options={Uri.EscapeDataString(options)}" }.ForPostgres())).Message,
                    StringComparison.Ordinal);

    [Fact]
    public void Limits_that_other_ecosystems_write_are_kept()
    {
        var builder = Parse("connection_limit=8&pool_timeout=4&socket_timeout=12&statement_cache_size=0");

        Assert.Equal((8, 4, 12, 0), (builder.MaxPoolSize, builder.Timeout, builder.CommandTimeout, builder.MaxAutoPrepare));
    }

    [Fact]
    public void A_wait_without_end_is_not_taken_over() => Assert.False(Parse("connect_timeout=0").Sets("Timeout"));

    [Fact]
    public void What_tunes_another_driver_is_noted_by_name()
    {
        var notes = new List<string>();

        DatabaseUrl.Parse("postgres://u@db.example.com/app?tcp_user_timeout=5&supa=base-pooler.x", notes);

        Assert.Collection(notes, note => Assert.Contains("tcp_user_timeout", note), note => Assert.Contains("supa", note));
    }

    [Fact]
    public void The_drivers_own_keywords_are_understood_in_a_url() => Assert.Equal(33, Parse("Maximum%20Pool%20Size=33").MaxPoolSize);

    [Fact]
    public void With_one_host_the_target_has_no_effect_and_is_noted()
    {
        var notes = new List<string>();

        Assert.Null(DatabaseUrl.Parse("postgres://h.example/app?target_session_attrs=read-write", notes).TargetSessionAttributes);
        Assert.Contains("target_session_attrs", Assert.Single(notes), StringComparison.Ordinal);
    }
}
