using Nexus.Cli.Configuration;
using Nexus.Operations.Keys;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Configuration;

/// <summary>The layers of the configuration, read in this process.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private const string Address = "postgres://bot:hidden-word@db.example.com:6432/nexus?sslmode=require";

    private readonly TempFolder _folder = new("configuration");
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_environment_takes_precedence_over_the_file_and_the_file_over_the_default()
    {
        var file = Write("""
            {
              // Comments are allowed.
              "database": { "maxPoolSize": 33, "minPoolSize": 2, },
              "listen": ["http://127.0.0.1:1", "unix:/run/nexus.sock"],
              "dashboard": { "enabled": false, "trustedProxies": "10.0.0.0/8" },
              "owners": [42, "-100"],
              "fallback": { "after": "9s" }
            }
            """);
        _environment["NEXUS_MAX_POOL_SIZE"] = "44";
        var read = await LoadAsync(file);

        Assert.Empty(read.Problems);
        Assert.Equal(("44", SettingSource.Environment), Value(read, StoreSettings.MaxPoolSize));
        Assert.Equal(("2", SettingSource.File), Value(read, StoreSettings.MinPoolSize));
        Assert.Equal(("public", SettingSource.Default), Value(read, StoreSettings.Schema));
        Assert.EndsWith("nexus.json, line 3", read.ValueOf(StoreSettings.MinPoolSize).Place, StringComparison.Ordinal);
        var options = read.ToServerOptions();
        Assert.Equal((44, 2), (options.Nexus.MaxPoolSize, options.Nexus.MinPoolSize));
        Assert.Equal(["42", "-100"], options.Nexus.Owners.Select(owner => owner.Value));
        Assert.Equal("http://127.0.0.1:1;unix:/run/nexus.sock", options.Urls);
        Assert.False(options.Dashboard.Enabled);
        Assert.Equal(TimeSpan.FromSeconds(9), options.Nexus.FallbackAfter);
    }

    [Theory]
    [InlineData("""{ "database": { "maxPoolsize": 5 } }""", "line 1: database.maxPoolsize: is unknown; did you mean database.maxPoolSize?")]
    [InlineData("""{ "Database": { "maxPoolSize": 5 } }""", "line 1: Database: is unknown; did you mean database?")]
    [InlineData("""{ "database": { "MAXPOOLSIZE": 5 } }""", "database.MAXPOOLSIZE: is unknown; did you mean database.maxPoolSize?")]
    [InlineData("""{ "": 5 }""", "is unknown: it has no name")]
    [InlineData("{\0\"\0d\0", "is not JSON in UTF-8: it appears to be in UTF-16")]
    [InlineData(" \n ", "is not JSON: it is empty")]
    [InlineData("""{ "databse": { "maxPoolSize": 5 } }""", "did you mean database?")]
    [InlineData("""{ "maxPoolSize": 5 }""", "did you mean database.maxPoolSize?")]
    [InlineData("""{ "NEXUS_KEYS": "x" }""", "did you mean encryption.keys?")]
    [InlineData("""{ "urls": "http://127.0.0.1:1" }""", "did you mean listen?")]
    [InlineData("""{ "database.maxPoolSize.x": 5 }""", "is unknown")]
    [InlineData("{\n\n \"database\": { \"maxPoolSize\": \"20\" } }", "line 3: database.maxPoolSize: must be a number, without quotation marks")]
    [InlineData("""{ "database": { "maxPoolSize": 2.5 } }""", "must be a whole number, 3 to 1000")]
    [InlineData("""{ "database": { "maxPoolSize": 1e9 } }""", "must be a whole number")]
    [InlineData("""{ "database": { "maxPoolSize": 99999999999 } }""", "must be a whole number")]
    [InlineData("""{ "database": { "maxPoolSize": 2 } }""", "must be 3 to 1000")]
    [InlineData("""{ "database": { "maxPoolSize": null } }""", "must not be null")]
    [InlineData("""{ "database": { "maxPoolSize": { } } }""", "must be a number")]
    [InlineData("""{ "database": 5 }""", "must be an object")]
    [InlineData("""{ "dashboard": { "enabled": "false" } }""", "must be true or false")]
    [InlineData("""{ "listen": [ { } ] }""", "must be a list of texts")]
    [InlineData("""{ "listen": [ "http://a;b" ] }""", "without ';'")]
    [InlineData("""{ "listen": "ftp://127.0.0.1:1" }""", "http://")]
    [InlineData("""{ "fallback": { "mode": "sometimes" } }""", "must be one of: off, read-only, read-write")]
    [InlineData("""{ "fallback": { "after": "5" } }""", "must be a duration from 1s to 1h")]
    [InlineData("""{ "fallback": { "after": "5s" , "after": "6s" } }""", "is given twice")]
    [InlineData("""{ "fallback.after": "5s" , "fallback": { "after": "6s" } }""", "is given twice")]
    [InlineData("""{ "fallback": { } , "fallback": { } }""", "is given twice")]
    [InlineData("""{ "dataFolder": "" }""", "must not be empty")]
    [InlineData("""{ "owners": ["me"] }""", "must be chat ids")]
    [InlineData("""{ "backup": { "schedule": "daily" } }""", "must be a cron expression")]
    [InlineData("""{ "backup": { "timeZone": "Madrid" } }""", "must be an IANA time zone")]
    [InlineData("""{ "dashboard": { "pathBase": "nexus" } }""", "must be a path such as /nexus")]
    [InlineData("""{ "socketMode": "777" }""", "600 to 666")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("{", "is not JSON")]
    [InlineData("", "is not JSON")]
    [InlineData("{} {}", "is not JSON")]
    public async Task An_error_of_the_file_names_the_line_the_field_and_what_is_allowed(string json, string expected)
    {
        var read = await LoadAsync(Write(json));
        var problem = Assert.Single(read.Problems);
        Assert.Contains(expected, problem.ToString(), StringComparison.Ordinal);
        Assert.Contains("nexus.json", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_errors_are_reported_at_once()
    {
        var read = await LoadAsync(Write("""{ "x": 1, "database": { "maxPoolSize": 1, "y": 2 }, "logging": { "level": "loud" } }"""));
        Assert.Equal(4, read.Problems.Count);
    }

    [Fact]
    public async Task No_error_repeats_a_secret()
    {
        const string Secret = "hidden-word-0123456789";
        var file = Write($$"""
            { "encryption": { "keys": "{{Secret}}", "legacyKey": "{{Secret}}" }, "adminKey": "hidden-word", "backup": { "key": "{{Secret}}" },
              "database": { "url": "postgres://u:{{Secret}}@h:port/x" } }
            """);
        foreach (var variable in new[] { "NEXUS_KEYS", "ENCRYPTION_KEY", "NEXUS_ADMIN_KEY", "NEXUS_BACKUP_KEY" })
            _environment[variable] = "hidden-word";
        _environment["DATABASE_URL"] = $"postgres://u:{Secret}@h:port/x";
        var read = await LoadAsync(file);
        Assert.True(read.Problems.Count >= 9, string.Join('\n', read.Problems));
        Assert.DoesNotContain("hidden-word", string.Join('\n', read.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Address)]
    [InlineData("host=db.example.com port=6432 dbname=nexus user=bot password=hidden-word sslmode=require")]
    [InlineData("Host=db.example.com;Port=6432;Database=nexus;Username=bot;Password=hidden-word;SSL Mode=Require")]
    public async Task An_address_is_shown_without_its_password(string address)
    {
        _environment["DATABASE_URL"] = address;
        var value = (await LoadAsync(null)).ValueOf(StoreSettings.Database);
        Assert.Equal("postgres://bot:********@db.example.com:6432/nexus", value.Shown);
        Assert.DoesNotContain("hidden-word", value.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_comes_from_a_file_that_a_variable_names()
    {
        var key = KeyMaintenance.Generate();
        _environment["NEXUS_KEYS_FILE"] = WriteSecret("keys", key + "\n");
        var read = await LoadAsync(Write($$"""{ "database": { "urlFile": "{{WriteSecret("url", Address)}}" } }"""));

        Assert.Empty(read.Problems);
        Assert.Equal((key, SettingSource.Environment), Value(read, StoreSettings.Keys));
        Assert.Equal((Address, SettingSource.File), Value(read, StoreSettings.Database));
        Assert.Equal(SettingMask.Hidden, read.ValueOf(StoreSettings.Keys).Shown);
    }

    [Fact]
    public async Task A_credential_of_systemd_is_found_by_the_name_of_its_variable()
    {
        var key = KeyMaintenance.Generate();
        WriteSecret("nexus_NEXUS_KEYS", key);
        WriteSecret("DATABASE_URL", Address);
        _environment["CREDENTIALS_DIRECTORY"] = _folder.Path;
        var read = await LoadAsync(null);

        Assert.Empty(read.Problems);
        Assert.Equal((key, SettingSource.Environment), Value(read, StoreSettings.Keys));
        Assert.Equal(Address, read.ValueOf(StoreSettings.Database).Text);
    }

    [Fact]
    public async Task Two_sources_of_one_secret_are_an_error()
    {
        _environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        _environment["NEXUS_KEYS_FILE"] = WriteSecret("keys", KeyMaintenance.Generate());
        var file = Write($$"""{ "adminKey": "{{new string('k', 40)}}", "adminKeyFile": "{{WriteSecret("admin", new string('k', 40))}}" }""");
        var problems = (await LoadAsync(file)).Problems;
        Assert.Equal(2, problems.Count);
        Assert.Contains(problems, problem => problem.ToString().Contains("must not be given together", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.ToString().Contains("NEXUS_KEYS and NEXUS_KEYS_FILE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead, "accessible to users other than its owner")]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupWrite, "accessible to users other than its owner")]
    public async Task A_secret_that_others_can_read_is_refused(UnixFileMode mode, string expected)
    {
        var secret = WriteSecret("keys", KeyMaintenance.Generate());
        File.SetUnixFileMode(secret, mode);
        _environment["NEXUS_KEYS_FILE"] = secret;
        Assert.Contains(expected, Assert.Single((await LoadAsync(null)).Problems).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "must not be empty")]
    [InlineData("one\ntwo", "must be one line")]
    [InlineData(null, "does not exist")]
    public async Task A_file_that_holds_no_secret_is_named(string? content, string expected)
    {
        var file = content is null ? _folder["missing"] : WriteSecret("keys", content);
        _environment["NEXUS_KEYS_FILE"] = file;
        var problem = Assert.Single((await LoadAsync(null)).Problems).ToString();
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.Contains(file, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_that_nobody_writes_to_and_a_folder_are_refused()
    {
        var pipe = _folder["pipe"];
        Assert.Equal(0, (await ChildProcess.RunAsync("mkfifo", ["-m", "600", pipe])).ExitCode);
        _environment["NEXUS_KEYS_FILE"] = pipe;
        var read = await LoadAsync(pipe);
        Assert.Equal(2, read.Problems.Count(problem => problem.Reason.Contains("a pipe that nobody writes to", StringComparison.Ordinal)));
        _environment["NEXUS_KEYS_FILE"] = _folder.Path;
        read = await LoadAsync(_folder.Path);
        Assert.Equal(2, read.Problems.Count(problem => problem.Reason.Contains("it is a folder", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("http://user:one@hidden-word@collector/v1", "http://********@collector/v1")]
    [InlineData("https://collector/v1?tenant=hidden-word&key=hidden-word", "https://collector/v1?tenant=********&key=********")]
    [InlineData("https://collector:4318/v1/metrics", "https://collector:4318/v1/metrics")]
    public void A_url_is_shown_without_what_may_be_a_secret(string url, string expected) =>
        Assert.Equal(expected, OperationSettings.Otlp.Masked(url));

    [Fact]
    public async Task A_configuration_file_with_a_secret_must_not_be_readable_by_all_and_none_may_be_writable_by_others()
    {
        var file = Write($$"""{ "database": { "url": "{{Address}}" } }""");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Empty((await LoadAsync(file)).Problems);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains("every user can read", Assert.Single((await LoadAsync(file)).Problems).ToString(), StringComparison.Ordinal);
        Write("""{ "database": { "url": "postgres://bot@localhost/nexus" } }""");
        Assert.Empty((await LoadAsync(file)).Problems);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherWrite);
        Assert.Contains("chmod go-w", Assert.Single((await LoadAsync(file)).Problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_unique_and_every_default_is_a_value()
    {
        Assert.Distinct(SettingCatalogue.All.Select(setting => setting.Key));
        Assert.Distinct(SettingCatalogue.Variables);
        Assert.Distinct(SettingCatalogue.All.Select(setting => setting.Option).OfType<string>());
        Assert.Empty(SettingCatalogue.All.Where(setting => setting.Default is { } text && setting.FindError(text) is not null)
            .Select(setting => setting.Key));
        // A key is either a setting or a section.
        Assert.Empty(SettingCatalogue.ByKey.Keys
            .Where(key => SettingCatalogue.ByKey.Keys.Any(other => other.StartsWith(key + ".", StringComparison.Ordinal))));
        Assert.All(SettingCatalogue.All, setting => Assert.EndsWith(".", setting.Description, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_defaults_are_those_of_the_library_and_the_server()
    {
        var (read, expected) = ((await LoadAsync(null)).ToServerOptions(), new Nexus.Server.Settings.ServerOptions());
        foreach (var property in typeof(NexusOptions).GetProperties().Where(property => property.Name is not nameof(NexusOptions.Owners)))
            Assert.Equal(property.GetValue(expected.Nexus), property.GetValue(read.Nexus));
        foreach (var property in typeof(Nexus.Server.Settings.ServerLimits).GetProperties())
            Assert.Equal(property.GetValue(expected.Limits), property.GetValue(read.Limits));
        Assert.Equal(expected.Urls, read.Urls);
        Assert.Equal(expected.SocketMode, read.SocketMode);
        Assert.Equal(expected.LogLevel, read.LogLevel);
        Assert.Equal(expected.Monitoring, read.Monitoring);
        Assert.Equal(expected.Dashboard.IdleTimeout, read.Dashboard.IdleTimeout);
        Assert.Equal((expected.Backups.Drill, expected.Backups.TimeZone), (read.Backups.Drill, read.Backups.TimeZone));
        Assert.Equal(expected.BackupTarget.Jobs, read.BackupTarget.Jobs);
    }

    [Fact]
    public async Task Every_setting_of_the_library_can_be_configured()
    {
        // No settings of an installation: one is an answer to a refused start, one is set by the server, and one follows the mode.
        string[] none = [nameof(NexusOptions.AcceptOtherStore), nameof(NexusOptions.IsServer), nameof(NexusOptions.FallbackWithoutCopy)];
        _environment["DATABASE_URL"] = Address;
        var path = Write("""
            { "database": { "schema": "bot", "minPoolSize": 1, "maxPoolSize": 7, "connectTimeout": "3s", "commandTimeout": "4s", "migrate": false },
              "dataFolder": "elsewhere", "owners": "7", "fallback": { "mode": "off", "after": "7s", "copy": "access", "outboxBytes": 2000000 },
              "engine": { "writers": 3, "maxBatchSize": 9, "queueCapacity": 99, "cacheCapacity": 98, "cacheBytes": 2000000, "dispatchIndex": false },
              "history": { "mode": "all", "days": 5, "entries": 6 } }
            """);
        _environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        _environment["ENCRYPTION_KEY"] = KeyMaintenance.Generate();
        _environment["NEXUS_DIRECT_URL"] = Address;
        _environment["NEXUS_SHARD_URLS"] = $"{Address} {Address}";
        _environment["NEXUS_TWO_PHASE_BATCHES"] = "true";
        var read = await LoadAsync(path);
        Assert.Empty(read.Problems);
        var (options, defaults) = (read.ToNexusOptions(), new NexusOptions());
        Assert.Equal(
            "postgres://bot:********@db.example.com:6432/nexus postgres://bot:********@db.example.com:6432/nexus",
            read.ValueOf(StoreSettings.Shards).Shown);
        Assert.Empty(typeof(NexusOptions).GetProperties()
            .Where(property => property.CanWrite && !none.Contains(property.Name) && Equals(property.GetValue(options), property.GetValue(defaults)))
            .Select(property => property.Name));
    }

    private Task<ToolConfiguration> LoadAsync(string? file) =>
        ToolConfiguration.LoadAsync(file, name => _environment.GetValueOrDefault(name), TestContext.Current.CancellationToken);

    private static (string?, SettingSource) Value(ToolConfiguration configuration, Setting setting) =>
        (configuration.ValueOf(setting).Text, configuration.ValueOf(setting).Source);

    private string Write(string json)
    {
        File.WriteAllText(_folder["nexus.json"], json);
        File.SetUnixFileMode(_folder["nexus.json"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return _folder["nexus.json"];
    }

    private string WriteSecret(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        File.SetUnixFileMode(_folder[name], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return _folder[name];
    }
}
