using Nexus.TestKit;
using Npgsql;

namespace Nexus.Audit.Tests;

/// <summary>The public API as a program uses it.</summary>
public sealed class AuditorTests
{
    private const string Password = "hunter2-secret";

    private static readonly AuditOptions Unreachable =
        new() { ConnectionString = $"Host=127.0.0.1;Port=1;Username=u;Database=d;Password={Password}" };

    [Fact]
    public async Task A_report_is_complete_in_both_languages_and_can_be_read_again()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE users (id int PRIMARY KEY);
            CREATE TABLE trades (id int PRIMARY KEY, user_id int REFERENCES users);
            """);
        var options = new AuditOptions
        {
            ConnectionString = audited.Database.ConnectionString,
            AllowSuperuser = true,
            Window = AuditOptions.ShortestWindow,
            Only = ["i1", "V5"],
        };
        var phases = new List<AuditPhase>();
        var english = await Auditor.RunAsync(options, new Recorder(phases), TestContext.Current.CancellationToken);
        var spanish = await Auditor.RunAsync(options with { Language = AuditLanguage.Spanish },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([AuditPhase.Window, AuditPhase.Checks], phases.Distinct());
        Assert.Equal(["I1", "V5"], english.Checks.Select(check => check.Id));
        Assert.Equal("I1", Assert.Single(english.Findings).Id);
        Assert.Equal(english.Findings[0].Severity, english.Worst);
        Assert.NotEqual(english.Findings[0].Found, spanish.Findings[0].Found);

        var read = AuditReport.Parse(english.ToJson());
        Assert.Equal(english.ToJson(), read.ToJson());
        Assert.Contains("\"language\": \"es\"", spanish.ToJson(), StringComparison.Ordinal);
        Assert.Contains($"\"severity\": \"{english.Worst.ToString()!.ToLowerInvariant()}\"", english.ToJson(), StringComparison.Ordinal);
        Assert.Empty(english.CompareWith(read).Baseline!.Changed);
        Assert.StartsWith("# 🔍 AUDITORÍA", spanish.ToMarkdown(), StringComparison.Ordinal);
        Assert.Contains("\"version\": \"2.1.0\"", english.ToSarif(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fixes_are_listed_and_applied()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE users (id int PRIMARY KEY);
            CREATE TABLE trades (id int PRIMARY KEY, user_id int REFERENCES users);
            """);
        using var folder = new TempFolder("fixes");
        var options = new AuditOptions
        {
            ConnectionString = audited.Database.ConnectionString,
            AllowSuperuser = true,
            Window = AuditOptions.ShortestWindow,
            Only = ["I1"],
        };
        var listed = await Auditor.FixAsync(options, new FixOptions(), cancellationToken: TestContext.Current.CancellationToken);
        var applied = await Auditor.FixAsync(options, new FixOptions { Apply = true, LogFolder = folder.Path },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((FixStatus.Printed, null), (Assert.Single(listed.Fixes).Status, listed.Log));
        Assert.True(Assert.Single(applied.Fixes).IsGone);
        Assert.Single(await File.ReadAllLinesAsync(applied.Log!, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("Window")]
    [InlineData("Only")]
    [InlineData("Ignore")]
    [InlineData("ConnectionString")]
    public async Task An_option_that_is_not_accepted_is_named(string option)
    {
        var options = option switch
        {
            "Window" => Unreachable with { Window = TimeSpan.FromMilliseconds(99) },
            "Only" => Unreachable with { Only = ["Z9"] },
            "Ignore" => Unreachable with { Ignore = ["Z9"] },
            _ => Unreachable with { ConnectionString = " " },
        };
        var error = await Assert.ThrowsAsync<AuditException>(() => Auditor.RunAsync(options));
        Assert.Equal((AuditErrorKind.InvalidOption, option, false), (error.Kind, error.Option, error.IsTransient));
        Assert.Equal($"{option}: {error.Reason}", error.Message);
    }

    [Fact]
    public async Task Fixes_are_not_applied_without_a_log()
    {
        var error = await Assert.ThrowsAsync<AuditException>(() => Auditor.FixAsync(Unreachable, new FixOptions { Apply = true }));
        Assert.Equal((AuditErrorKind.InvalidOption, nameof(FixOptions.LogFolder)), (error.Kind, error.Option));
    }

    [Theory]
    [InlineData($"Host=db;Port=x{Password};Database=d")]
    [InlineData($"Database=d;Password={Password}")]
    [InlineData($"{Password}")]
    [InlineData($"Host=db;Nonsense={Password}")]
    public async Task A_connection_string_that_cannot_be_used_is_not_quoted(string text)
    {
        var error = await Assert.ThrowsAsync<AuditException>(() => Auditor.RunAsync(Unreachable with { ConnectionString = text }));
        Assert.Equal((AuditErrorKind.ConnectionRefused, nameof(AuditOptions.ConnectionString)), (error.Kind, error.Option));
        Assert.DoesNotContain(Password, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_transient_and_a_wrong_database_is_not()
    {
        var unreachable = await Assert.ThrowsAsync<AuditException>(() => Auditor.RunAsync(Unreachable));
        Assert.True(unreachable.IsTransient);
        Assert.DoesNotContain(Password, unreachable.ToString(), StringComparison.Ordinal);

        var cluster = await AuditCase.SharedClusterAsync();
        var wrong = await Assert.ThrowsAsync<AuditException>(() =>
            Auditor.RunAsync(new AuditOptions { ConnectionString = cluster.ConnectionString("none") }));
        Assert.Equal((AuditErrorKind.ConnectionRefused, false), (wrong.Kind, wrong.IsTransient));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"schemaVersion":1,"findings":null}""")]
    [InlineData("""{"schemaVersion":1,"findings":[{"severity":"awful"}]}""")]
    [InlineData("""{"schemaVersion":1,"findings":[{"severity":99}]}""")]
    [InlineData("""{"schemaVersion":2}""")]
    public void What_is_no_report_is_refused(string json) =>
        Assert.Equal(AuditErrorKind.InvalidReport, Assert.Throws<AuditException>(() => AuditReport.Parse(json)).Kind);

    [Fact]
    public void Options_do_not_show_the_password() => Assert.DoesNotContain(Password, Unreachable.ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("Host=db", SslMode.VerifyFull, "ScramSHA256")]
    [InlineData("Host=10.0.0.1", SslMode.VerifyFull, "ScramSHA256")]
    [InlineData("Host=localhost,db:5433", SslMode.VerifyFull, "ScramSHA256")]
    [InlineData("Host=db;SSL Mode=Prefer", SslMode.VerifyFull, "ScramSHA256")]
    [InlineData("Host=db;SSL Mode=Allow;SSL Certificate=client.pem", SslMode.VerifyFull, "ScramSHA256,None")]
    [InlineData("Host=localhost.example.com", SslMode.VerifyFull, "ScramSHA256")]
    [InlineData("Host=127.0.0.1.example.com", SslMode.VerifyFull, "ScramSHA256")]
    [InlineData("Host=db;SSL Mode=Disable;Require Auth=MD5", SslMode.Disable, "MD5")]
    [InlineData("Host=db;SSL Mode=VerifyCA", SslMode.VerifyCA, "ScramSHA256")]
    [InlineData("Host=localhost:5433", SslMode.Prefer, null)]
    [InlineData("Host=::1", SslMode.Prefer, null)]
    [InlineData("Host=[::1]:5433", SslMode.Prefer, null)]
    [InlineData("Host=127.0.0.1,/var/run/postgresql", SslMode.Prefer, null)]
    public void A_remote_host_is_not_connected_to_with_less_than_it_should(string text, SslMode mode, string? authentication)
    {
        var settings = AuditLogin.ReadSettings(text, "test", 0);
        Assert.Equal((mode, authentication), (settings.SslMode, settings.RequireAuth));
    }

    [Fact]
    public void Checks_can_be_listed_and_explained()
    {
        Assert.Equal(CheckCatalogue.All.Select(check => check.Id), AuditChecks.All.Select(check => check.Id));
        Assert.Equal("No time limits", AuditChecks.Find("k2")!.Title(AuditLanguage.English));
        Assert.StartsWith("# K2: Sin límites de tiempo", AuditChecks.Find("K2")!.Explain(AuditLanguage.Spanish), StringComparison.Ordinal);
        Assert.Null(AuditChecks.Find("Z9"));
        Assert.Equal(["K1", "K2", "K3", "K4"], AuditChecks.Suggest("K9"));
    }

    private sealed class Recorder(List<AuditPhase> phases) : IProgress<AuditProgress>
    {
        public void Report(AuditProgress value)
        {
            Assert.InRange(value.Share, 0, 1);
            phases.Add(value.Phase);
        }
    }
}
