using Microsoft.Extensions.Logging;
using Nexus.Operations.Alerts;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Alerts;

public sealed class SettingsFileTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_changed_file_is_read_again_and_a_bad_one_leaves_the_earlier_settings()
    {
        using var folder = new TempFolder("alerts");
        var (path, logs) = (folder["alerts.json"], new RecordedLogs());
        var file = new SettingsFile(path, isRequired: false, TimeProvider.System, logs.CreateLogger<SettingsFile>());
        await file.OpenAsync(Token);
        Assert.Equal(AlertSettings.Default.Repeat, file.Settings.Repeat);

        await ChangeAsync("""{ "repeat": "2h" }""");
        Assert.Equal((TimeSpan.FromHours(2), null), (file.Settings.Repeat, file.Error));

        await ChangeAsync("{\n \"repeat\": \"3h\",\n \"rulez\": {} }");
        Assert.Equal(TimeSpan.FromHours(2), file.Settings.Repeat);
        Assert.Contains("line 3: rulez: is unknown", file.Error, StringComparison.Ordinal);

        await ChangeAsync("{ \"repeat\": ");
        Assert.Equal(TimeSpan.FromHours(2), file.Settings.Repeat);

        // The same file is not reported at each round.
        await file.RefreshAsync(Token);
        Assert.Equal(2, logs.Lines.Count(line => line.Level == LogLevel.Error));

        await ChangeAsync("""{ "repeat": "4h" }""");
        Assert.Equal((TimeSpan.FromHours(4), null), (file.Settings.Repeat, file.Error));

        File.Delete(path);
        await file.RefreshAsync(Token);
        Assert.Equal((AlertSettings.Default.Repeat, null), (file.Settings.Repeat, file.Error));

        async Task ChangeAsync(string json)
        {
            await File.WriteAllTextAsync(path, json, Token);
            await file.RefreshAsync(Token);
        }
    }

    [Fact]
    public async Task A_named_file_that_goes_away_leaves_the_earlier_settings()
    {
        using var folder = new TempFolder("alerts");
        await File.WriteAllTextAsync(folder["a.json"], """{ "repeat": "2h" }""", Token);
        var file = new SettingsFile(folder["a.json"], isRequired: true, TimeProvider.System, new RecordedLogs().CreateLogger<SettingsFile>());
        await file.OpenAsync(Token);

        File.Move(folder["a.json"], folder["b.json"]);
        await file.RefreshAsync(Token);
        Assert.Equal(TimeSpan.FromHours(2), file.Settings.Repeat);
        Assert.Contains("does not exist", file.Error, StringComparison.Ordinal);

        File.Move(folder["b.json"], folder["a.json"]);
        await file.RefreshAsync(Token);
        Assert.Equal((TimeSpan.FromHours(2), null), (file.Settings.Repeat, file.Error));
    }

    [Fact]
    public async Task A_file_behind_links_is_read_again_when_what_they_lead_to_is_exchanged()
    {
        // As Kubernetes mounts a ConfigMap: alerts.json leads to ..data/alerts.json, and ..data to a folder that is exchanged.
        using var folder = new TempFolder("alerts");
        foreach (var (name, hours) in (ReadOnlySpan<(string, int)>)[("first", 2), ("second", 3)])
        {
            Directory.CreateDirectory(folder[name]);
            File.WriteAllText(folder[$"{name}/alerts.json"], $$"""{ "repeat": "{{hours}}h" }""");
            File.SetLastWriteTimeUtc(folder[$"{name}/alerts.json"], DateTime.UnixEpoch.AddDays(hours));
        }
        Directory.CreateSymbolicLink(folder["..data"], "first");
        File.CreateSymbolicLink(folder["alerts.json"], "..data/alerts.json");
        var file = new SettingsFile(folder["alerts.json"], isRequired: true, TimeProvider.System, new RecordedLogs()
            .CreateLogger<SettingsFile>());
        await file.OpenAsync(Token);
        Assert.Equal(TimeSpan.FromHours(2), file.Settings.Repeat);

        Directory.Delete(folder["..data"]);
        Directory.CreateSymbolicLink(folder["..data"], "second");
        await file.RefreshAsync(Token);
        Assert.Equal(TimeSpan.FromHours(3), file.Settings.Repeat);
    }

    [Fact]
    public async Task A_named_file_must_exist_and_be_usable_at_the_start()
    {
        using var folder = new TempFolder("alerts");
        var missing = await Assert.ThrowsAsync<AlertSettingsException>(() => OpenAsync("none.json"));
        Assert.Contains("does not exist", missing.Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder["bad.json"], "{ \"repeat\": 1 }", Token);
        await Assert.ThrowsAsync<AlertSettingsException>(() => OpenAsync("bad.json"));

        Task OpenAsync(string name) => new SettingsFile(folder[name], isRequired: true, TimeProvider.System, new RecordedLogs()
            .CreateLogger<SettingsFile>()).OpenAsync(Token);
    }
}
