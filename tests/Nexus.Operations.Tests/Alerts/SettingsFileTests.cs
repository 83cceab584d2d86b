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
