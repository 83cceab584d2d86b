using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Json;
using Nexus.Operations.ImportExport;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.TestKit;
using Nexus.Users;

namespace Nexus.Operations.Tests.ImportExport;

public class LegacyExportTests
{
    [Fact]
    public async Task What_goes_back_to_the_legacy_comes_in_again_as_it_was()
    {
        using var folder = new TempFolder("back");
        await using var home = new SqliteHome();
        await using var target = new SqliteHome();
        await using (var db = await NexusDb.OpenAsync(home.CreateOptions()))
        {
            await db.Sessions.SaveAsync(
                new Session(1001, "k3y \"quoted\" ñ", "s3cret", StateJson.Parse("""{"mode":"PILOT","bybit_api_secret":"inner","x":1.10}""")));
            await db.Sessions.SaveAsync(new Session(-1002, null, null, StateJson.Parse("{}")));
            await db.Users.SaveAsync(1001, "one", days: 30);
            await db.Users.SaveAsync(1003, "admin", days: null, role: UserRole.Admin);
            await db.BotState.SetAiFilterAsync(false);
            await db.SystemConfig.SaveAsync("module_assets", StateJson.Parse("""{"a":["B"]}"""));
        }

        var report = await LegacyExport.WriteAsync(
            home.CreateOptions(), folder["out"], NullLoggerFactory.Instance, TimeProvider.System, CancellationToken.None);

        Assert.Equal((2L, 2L, 1L), (report.Sessions, report.Users, report.SystemConfig));
        string[] files = [.. new[] { "sessions.json", "bot_state.json", "users.json" }.Select(name => Path.Combine(folder["out"], name))];
        if (!OperatingSystem.IsWindows())
            Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Equal(3, Directory.GetFiles(folder["out"]).Length);
        var import = await Import.RunAsync(
            target.CreateOptions(), [
                .. files.Select(file => (file, (Func<Stream>)(() => File.OpenRead(file))))
            ], new ImportOptions(), NullLoggerFactory.Instance, TimeProvider.System, progress: null, CancellationToken.None);
        Assert.True(import.Ok, string.Join('\n', import.Refusals));
        await using var from = await NexusDb.OpenAsync(home.CreateOptions());
        await using var to = await NexusDb.OpenAsync(target.CreateOptions());
        foreach (var chat in new long[] { 1001, -1002 })
        {
            var (was, now) = ((await from.Sessions.GetAsync(chat))!, (await to.Sessions.GetAsync(chat))!);
            Assert.Equal(
                (was.ApiKey?.Reveal(), was.ApiSecret?.Reveal(), was.Config.Reveal()),
                (now.ApiKey?.Reveal(), now.ApiSecret?.Reveal(), now.Config.Reveal()));
        }
        foreach (var chat in new long[] { 1001, 1003 })
        {
            var (was, now) = ((await from.Users.GetAsync(chat))!, (await to.Users.GetAsync(chat))!);
            Assert.Equal(
                (was.Name, was.Role, was.ExpiresAt, was.CreatedAt, was.TimeZone), (now.Name, now.Role, now.ExpiresAt, now.CreatedAt, now.TimeZone));
        }
        Assert.False((await to.BotState.GetAsync()).AiFilterEnabled);
    }
}
